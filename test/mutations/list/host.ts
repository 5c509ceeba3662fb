/** What bpm trusts on the host: its library, its notes, its caller. */

import { inFile } from "../mutation.ts";

const leftOvers = "test/integration/state/left-overs.test.ts";
const notes = "test/security/notes.test.ts";
const surroundings = "test/security/surroundings.test.ts";

export const host = [
  ...inFile("src/core/library-file.ts", [
    [
      "the library and its directory are root's",
      "facts?.uid === 0 && (facts.mode & 0o022) === 0",
      "((facts?.mode ?? 0) & 0o022) === 0",
      [`${surroundings}#somebody else`],
    ],
    [
      "nobody but root may write to the library, or to its directory",
      "facts?.uid === 0 && (facts.mode & 0o022) === 0",
      "facts?.uid === 0",
      [`${surroundings}#can be written|group can write`],
    ],
  ]),
  ...inFile("src/core/library.ts", [
    [
      "both files are of one build",
      "if (number !== abi) {",
      "if (number === 1 && abi === 2) {",
      [`${surroundings}#half an upgrade`],
    ],
  ]),
  ...inFile("build.ts", [
    [
      "no code runs that a bunfig.toml in the current directory names",
      "autoloadBunfig: false,",
      "autoloadBunfig: true,",
      [`${surroundings}#runs none of them`],
    ],
    [
      "no variable is taken from a .env in the current directory",
      "autoloadDotenv: false,",
      "autoloadDotenv: true,",
      [`${surroundings}#runs none of them`],
    ],
  ]),
  ...inFile("src/lifecycle/session.ts", [
    [
      "bpm's files have their modes under every umask",
      "  process.umask(0o022);\n",
      "",
      [`${notes}#umask`],
    ],
    [
      "one command at a time changes a process",
      "core.lock({ fd: lockFd, path: paths.lockFile.external(), wait: true });",
      "",
      ["test/integration/state/locks.test.ts#many starts at once|wait for the stop"],
    ],
    [
      "locks are for root alone",
      "mode: 0o700, ...root }) as const,\n  );",
      "mode: 0o755, ...root }) as const,\n  );",
      ["test/integration/state/locks.test.ts", notes],
    ],
  ]),
  ...inFile("src/lifecycle/state/notes.ts", [
    [
      "the notes of a process are for root alone",
      "mode: 0o600, replace: false, ...how",
      "mode: 0o644, replace: false, ...how",
      [`${notes}#for root alone`, `${leftOvers}#root's eyes`],
    ],
    [
      "agents of other users can read the pidfile",
      "{ content, mode: 0o644 }",
      "{ content }",
      ["test/integration/lifecycle/start.test.ts#for all to"],
    ],
  ]),
  ...inFile("src/lifecycle/state/entry.ts", [
    [
      "a note of another version is not used to enter",
      " &&\n    isConfinement(entry.confinement)",
      " &&\n    entry.confinement !== undefined",
      [`${notes}#is not used`],
    ],
  ]),
  ...inFile("src/lifecycle/state/state.ts", [
    [
      "a state that is no state is not used",
      "return isState(found.value) ? withKnownCgroups(found.value)",
      "return found.value ? withKnownCgroups(found.value as ProcessState)",
      [leftOvers],
    ],
  ]),
  ...inFile("src/lifecycle/launch.ts", [
    [
      "a process's notes are in a directory for root alone",
      "paths.stateDir.external(), 0o700",
      "paths.stateDir.external(), 0o755",
      [`${notes}#for root alone`],
    ],
    [
      "what a start that fails has made is taken back",
      "    undo(session, creating.cgroups);\n    throw error;",
      "    throw error;",
      ["test/failures/execute.test.ts#is missing makes start fail"],
    ],
  ]),
  ...inFile("src/host/process.ts", [
    [
      "another process of the same number is not taken for it",
      "liveStartTime(identity.pid) === identity.start_time",
      "liveStartTime(identity.pid) !== undefined",
      [`${leftOvers}#bystander`],
    ],
    [
      "a process of another boot is not taken for it",
      " && bootId() === identity.boot_id",
      "",
      [`${leftOvers}#another boot`],
    ],
  ]),
  ...inFile("src/lifecycle/remains.ts", [
    [
      "a process whose state is lost is found by its cgroups",
      "[...noted, ...findLeaves(paths)]",
      "noted",
      [`${leftOvers}#lost`],
    ],
  ]),
  ...inFile("zig/src/host/hook/program.zig", [
    [
      "a hook does not begin in its caller's directory",
      'linux.chdir("/")',
      "@as(usize, 0)",
      ["test/integration/lifecycle/hook.test.ts"],
    ],
    [
      "a hook inherits no descriptor of bpm's",
      "linux.close_range(3, std.math.maxInt(u32), linux.CLOSE_RANGE_CLOEXEC)",
      "@as(usize, 0)",
      ["test/integration/lifecycle/hook.test.ts"],
    ],
  ]),
];
