/** Container ids: readable, and made of characters that no file system or cgroup minds. */
import { titleOf } from "./names.ts";

const plain = /[A-Za-z0-9_-]/;

/** The id of a process: `bpm-JOB`, or `bpm-JOB.2ePROCESS` when the process is named otherwise. */
export function containerId(job: string, process: string): string {
  return encodeName(titleOf({ job, process }));
}

/** `bpm-` and the name, with every byte that is no letter, digit, `_` or `-` written as `.xx`. */
export function encodeName(name: string): string {
  let encoded = "bpm-";
  for (const byte of new TextEncoder().encode(name)) {
    const character = String.fromCharCode(byte);
    encoded += plain.test(character) ? character : `.${byte.toString(16).padStart(2, "0")}`;
  }
  return encoded;
}
