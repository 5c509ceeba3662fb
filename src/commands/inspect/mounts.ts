/** What a process sees of the file system. */
import type { Inspection } from "../../lifecycle/inspect.ts";
import type { Mount } from "../../plan/launch-plan.ts";
import type { MountOrigin } from "../../plan/planned-mount.ts";
import { columns, type Row, section, word } from "./layout.ts";

const heading = ["Target", "Source", "From", "Options"];
const same = "(same)";

/** The mounts, and what is covered or left out. */
export function mountSections({ plan }: Inspection): string[] {
  const { launch, origins, duplicates } = plan;
  const mounts = launch.mounts.map((mount, index) => [
    word(mount.target),
    mount.source === mount.target ? same : word(mount.source),
    originText(origins[index]),
    options(mount),
  ]);
  const root = ["/", "(empty)", "bpm", launch.root_read_only ? "ro" : "rw"];
  const hasRoot = launch.mounts.some(({ target }) => target === "/");
  const left = duplicates.map(({ mount, origin }) => [word(mount.target), originText(origin)]);
  const covered: readonly Row[] = [
    ["hidden", ...launch.masked_paths],
    ["read-only", ...launch.readonly_paths],
  ];
  return [
    section(
      "Mounts: all that the process sees; system, resolver and BOSH are for every process",
      columns([heading, ...(hasRoot ? [] : [root]), ...mounts]),
    ),
    section("Left out, as an earlier mount has the same target", columns(left)),
    section(
      "Covered",
      covered.filter(([, ...paths]) => paths.length > 0),
    ),
  ];
}

/** A line of bpm.yml, its property, or what every process gets. */
function originText(origin: MountOrigin | undefined): string {
  if (origin === undefined) return "";
  if (!("volume" in origin)) return originNames[origin.kind];
  return `bpm.yml:${origin.volume.position?.line ?? "?"}`;
}

const originNames = {
  system: "system",
  resolver: "resolver",
  bosh: "BOSH",
  ephemeral_disk: "ephemeral_disk",
  persistent_disk: "persistent_disk",
} as const;

function options(mount: Mount): string {
  return [
    mount.read_only ? "ro" : "rw",
    ...(mount.no_suid ? ["nosuid"] : []),
    ...(mount.no_dev ? ["nodev"] : []),
    ...(mount.no_exec ? ["noexec"] : []),
    ...(mount.propagation === "shared" ? ["shared"] : []),
    ...mount.options.map(({ key, value }) => (value === "" ? key : `${key}=${value}`)),
  ].join(",");
}
