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

const enosys = 38;

/** Translates the policy's text: a call a line, with a rule when it is not simply allowed. */
export function ociSeccomp(policy: string): OciSeccomp {
  const lines = policy.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: architectures[process.arch] ?? [],
    syscalls: lines.flatMap((line) => {
      const [name = "", rule = "allow", ...values] = line.split(" ");
      return syscalls(
        name,
        rule,
        values.map((value) => Number(value.split("=")[1])),
      );
    }),
  };
}

const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  arm64: ["SCMP_ARCH_AARCH64"],
};

function syscalls(name: string, rule: string, values: readonly number[]): OciSyscall[] {
  switch (rule) {
    case "allow":
      return [allow(name)];
    case "enosys":
      return [{ names: [name], action: "SCMP_ACT_ERRNO", errnoRet: enosys }];
    case "without": {
      const flags = values.reduce((all, flag) => all | flag, 0) >>> 0;
      return [allow(name, argument("SCMP_CMP_MASKED_EQ", flags))];
    }
    case "only":
      return values.map((value) => allow(name, argument("SCMP_CMP_EQ", value)));
    case "not":
      return allBut(name, values);
    default:
      throw new TypeError(`the seccomp policy has an unknown rule for ${name}: ${rule}`);
  }
}

/**
 * Of several rules for one call one has to fit, so what is not refused is allowed in parts: below
 * the first value, each one between, and above the last.
 */
function allBut(name: string, values: readonly number[]): OciSyscall[] {
  const [first, last] = [Math.min(...values), Math.max(...values)];
  const between = Array.from({ length: last - first }, (_, index) => first + index).filter(
    (value) => !values.includes(value),
  );
  return [
    argument("SCMP_CMP_LT", first),
    ...between.map((value) => argument("SCMP_CMP_EQ", value)),
    argument("SCMP_CMP_GT", last),
  ].map((one) => allow(name, one));
}

function argument(op: string, value: number): OciArgument {
  return { index: 0, value, op };
}

function allow(name: string, ...args: readonly OciArgument[]): OciSyscall {
  const action = "SCMP_ACT_ALLOW";
  return args.length === 0 ? { names: [name], action } : { names: [name], action, args };
}
