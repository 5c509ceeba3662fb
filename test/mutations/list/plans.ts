/** What TypeScript decides: mounts, rules, names, limits. */

import { inFile } from "../mutation.ts";

const plan = "test/unit/plan/plan.test.ts";
const mounts = "test/unit/plan/mounts.test.ts";
const reference = "test/unit/plan/reference.test.ts";
const names = ["test/unit/bosh/names.test.ts"];
const cgroups = "test/unit/plan/cgroups.test.ts";

export const plans = [
  ...inFile("src/plan/plan.ts", [
    [
      "an ordinary process is not root",
      "...(privileged ? { uid: 0, gid: 0 } : facts.user),",
      "...{ uid: 0, gid: 0 },",
      [plan],
    ],
    [
      "an ordinary process gets no new privileges",
      "no_new_privileges: !privileged,",
      "no_new_privileges: false,",
      [plan, reference],
    ],
    [
      "an ordinary process has a filter of system calls",
      "seccomp: !privileged && !facts.rosetta,",
      "seccomp: false,",
      [plan, reference],
    ],
    [
      "paths are masked",
      "masked_paths: privileged ? [] : maskedPaths,",
      "masked_paths: [],",
      [plan, reference],
    ],
  ]),
  ...inFile("src/plan/planned-mount.ts", [
    ["volumes have no set-user-id programs", "no_suid: true,", "no_suid: false,", [mounts]],
    [
      "what is mounted inside does not come to the host",
      'flags.shared === true ? "shared" : "slave"',
      'flags.shared === false ? "slave" : "shared"',
      [mounts],
    ],
  ]),
  ...inFile("src/plan/volumes.ts", [
    [
      "a volume is read-only unless bpm.yml says otherwise",
      "readOnly: !volume.writable,",
      "readOnly: false,",
      [mounts],
    ],
    [
      "a volume has no programs unless bpm.yml says otherwise",
      "noExec: !volume.allowExecutions,",
      "noExec: false,",
      [mounts],
    ],
  ]),
  ...inFile("src/plan/cgroups.ts", [
    [
      "a limit that the host cannot keep is refused",
      "if (present || !isSet(limit)) return;",
      "if (present || !isSet(limit) || limit > 0n) return;",
      [cgroups],
    ],
    [
      "the memory limit covers swap",
      'may("memory.swap.max", 0n),',
      'may("memory.swap.max", limit),',
      [cgroups],
    ],
  ]),
  ...inFile("src/plan/capabilities.ts", [
    [
      "a capability that bpm has not got is refused",
      "if (isHeld(held, number)) return number;",
      "if (held >= 0n) return number;",
      ["test/unit/plan/capabilities.test.ts"],
    ],
  ]),
  ...inFile("src/config/rules.ts", [
    [
      "a volume's path has no way up in it",
      "if (clean !== path) return",
      'if (clean === "") return',
      ["test/unit/config/flags.test.ts"],
    ],
    [
      "no NUL ends an argument early",
      '.includes("\\0")',
      '.includes("\\0\\0")',
      ["test/unit/config/parse.test.ts"],
    ],
  ]),
  ...inFile("src/bosh/names.ts", [
    [
      "a name leads nowhere else: no slash",
      'if (name.includes("/"))',
      'if (name.includes("//"))',
      names,
    ],
    [
      "a name leads nowhere else: no dots",
      'if (name === "." || name === "..")',
      'if (name === ".")',
      names,
    ],
  ]),
  ...inFile("src/bosh/container-id.ts", [
    [
      "no two processes have one container id",
      "plain.test(character) ? character",
      'plain.test(character) || character === "." ? character',
      ["test/unit/bosh/container-id.test.ts"],
    ],
  ]),
  ...inFile("src/host/leaf.ts", [
    [
      "jobs of another BOSH root are left alone",
      "return mark === rootMark(root) ? id : undefined;",
      "return mark === undefined ? mark : id;",
      ["test/unit/bosh/names.test.ts"],
    ],
  ]),
];
