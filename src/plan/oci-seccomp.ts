/** The core's seccomp policy in the words of the OCI runtime spec and libseccomp. */

export interface OciSeccomp {
  readonly defaultAction: string;
  readonly architectures: readonly string[];
  readonly syscalls: readonly OciSyscall[];
}

interface OciSyscall {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly OciArgument[];
}

interface OciArgument {
  readonly index: number;
  readonly value: number;
  readonly op: string;
}

const ENOSYS = 38;
/** The CLONE_NEW… flags of clone(2), CLONE_NEWTIME not among them: only clone3 takes that. */
const NEW_NAMESPACES = 0x7e02_0000;
const PER_LINUX32 = 8;
/** personality(2) then only tells the current one. */
const QUERY = 0xffff_ffff;

/** Translates the policy's text: a call a line, with a rule when it is not simply allowed. */
export function ociSeccomp(policy: string): OciSeccomp {
  const lines = policy.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: ARCHITECTURES[process.arch] ?? [],
    syscalls: lines.flatMap((line) => {
      const [name = "", rule = "allow"] = line.split(" ");
      return syscalls(name, rule);
    }),
  };
}

const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  x64: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  arm64: ["SCMP_ARCH_AARCH64"],
};

function syscalls(name: string, rule: string): OciSyscall[] {
  switch (rule) {
    case "allow":
      return [allow(name)];
    case "enosys":
      return [{ names: [name], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS }];
    case "clone_flags":
      return [allow(name, { index: 0, value: NEW_NAMESPACES, op: "SCMP_CMP_MASKED_EQ" })];
    case "personality":
      return [0, PER_LINUX32, QUERY].map((value) =>
        allow(name, { index: 0, value, op: "SCMP_CMP_EQ" })
      );
    default:
      throw new TypeError(`the seccomp policy has an unknown rule for ${name}: ${rule}`);
  }
}

function allow(name: string, ...args: readonly OciArgument[]): OciSyscall {
  const action = "SCMP_ACT_ALLOW";
  return args.length === 0 ? { names: [name], action } : { names: [name], action, args };
}
