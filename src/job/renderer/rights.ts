/** With whose rights a template is evaluated: it is a program that somebody else wrote. */
import { readFileSync } from "node:fs";

export interface Rights {
  readonly uid: number;
  readonly gid: number;
}

const nobodyRights = 65534;

/** Never root's: those of the user who called sudo, else nobody's. Undefined: one's own. */
export function renderingRights(environment: NodeJS.ProcessEnv): Rights | undefined {
  return process.geteuid?.() === 0 ? (callerOfSudo(environment) ?? nobody()) : undefined;
}

/** The user who called sudo, to whom belongs what is written for them. */
export function callerOfSudo(environment: NodeJS.ProcessEnv): Rights | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const [uid, gid] = [idOf(environment["SUDO_UID"]), idOf(environment["SUDO_GID"])];
  return uid !== undefined && gid !== undefined ? { uid, gid } : undefined;
}

function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function nobody(): Rights {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  return { uid: idOf(line?.[1]) ?? nobodyRights, gid: idOf(line?.[2]) ?? nobodyRights };
}
