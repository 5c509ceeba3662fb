/** bpm itself, the account that it runs jobs as, and the programs that some commands need. */
import { dirname } from "node:path";
import type { Facts } from "../facts.ts";
import { type Finding, finding } from "../finding.ts";

export function examineInstall(facts: Facts): Finding[] {
  const { executable, exposed, library } = facts.install;
  return [
    finding("ok", "executable", "bpm", executable),
    library === undefined
      ? finding("ok", "library", "library", `libbpm.so of the same build in ${dirname(executable)}`)
      : finding("problem", "library", "library", library.message, library.hint),
    ...exposed.map((path) =>
      finding(
        "warning",
        "install-exposed",
        "trust",
        `others than root may write to ${path}, and so decide what root runs`,
        `Run: chown root ${path} && chmod go-w ${path}`,
      ),
    ),
    command(facts),
    account(facts),
    ...tools(facts),
  ];
}

function command({
  install: {
    executable,
    command: { path, target },
  },
}: Facts): Finding {
  if (target === executable) return finding("ok", "command", "command", `${path} leads to it`);
  return finding(
    "warning",
    "command",
    "command",
    target === undefined
      ? `${path}, which monit files call, leads to nothing`
      : `${path}, which monit files call, is another bpm: ${target}`,
    target === undefined
      ? `Deploy the job bpm, or run: ln -s ${executable} ${path}`
      : "One of the two is not meant to be used; both see the same processes.",
  );
}

function account({ user }: Facts): Finding {
  if ("message" in user) return finding("problem", "no-user", "vcap", user.message, user.hint);
  const { uid, gid } = user;
  if (uid === 0) {
    return finding(
      "warning",
      "user-root",
      "vcap",
      "has the user id of root, so every process runs as root",
      "Give it an id of its own in /etc/passwd.",
    );
  }
  return finding("ok", "user", "vcap", `user ${uid}, group ${gid}`);
}

function tools({ tools: { bash, strace } }: Facts): Finding[] {
  return [
    bash
      ? finding("ok", "bash", "bash", "/bin/bash, for bpm shell")
      : finding(
          "note",
          "no-bash",
          "bash",
          "/bin/bash is missing: bpm shell does not work",
          "Install the package bash.",
        ),
    strace === undefined
      ? finding(
          "note",
          "no-strace",
          "strace",
          "missing: bpm trace does not work",
          "Install the package strace.",
        )
      : finding("ok", "strace", "strace", `${strace}, for bpm trace`),
  ];
}
