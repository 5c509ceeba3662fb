/** Reads /proc/self/mountinfo, see proc_pid_mountinfo(5). */

export interface MountEntry {
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** Of the file system as a whole: for cgroup v1, its controllers are among them. */
  readonly superOptions: readonly string[];
  readonly readOnly: boolean;
}

export function parseMountinfo(text: string): MountEntry[] {
  return text.split("\n").flatMap((line) => {
    const [mount = "", fileSystem = ""] = line.split(" - ");
    const [, , , root, mountPoint, options = ""] = mount.split(" ");
    const [type, , superOptionText = ""] = fileSystem.split(" ");
    if (root === undefined || mountPoint === undefined || type === undefined) return [];
    const superOptions = superOptionText.split(",");
    return [
      {
        root: unescaped(root),
        mountPoint: unescaped(mountPoint),
        type,
        superOptions,
        readOnly: options.split(",").includes("ro") || superOptions.includes("ro"),
      },
    ];
  });
}

/** Blanks, newlines and backslashes are written as three octal digits. */
function unescaped(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}
