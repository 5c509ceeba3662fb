/** The unprivileged user, as /etc/passwd knows it: see passwd(5). */
import { BpmError } from "../report/errors.ts";

export const vcapIds = "vcap";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The ids of a user in the text of a passwd file. */
export function lookupUser(passwd: string, name: string): User {
  for (const line of passwd.split("\n")) {
    const [login, , uid, gid] = line.split(":");
    if (login === name) return { uid: idIn(uid, line), gid: idIn(gid, line) };
  }
  throw new BpmError("no-user", `user ${name} does not exist in /etc/passwd`, {
    hint: `Every process without special rights runs as ${name}; BOSH stemcells have it.`,
  });
}

function idIn(field: string | undefined, line: string): number {
  // 4294967295 is -1, which chown(2) and setresuid(2) take as "leave it".
  if (field !== undefined && /^\d{1,10}$/.test(field) && Number(field) < 0xffff_ffff) {
    return Number(field);
  }
  const text = JSON.stringify(line);
  throw new BpmError("bad-user", `the line ${text} in /etc/passwd has no valid ids`);
}
