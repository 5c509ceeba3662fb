/** The terminal that bpm is called at. */
import { isatty } from "node:tty";
import { BpmError } from "../report/errors.ts";

const stdin = 0;

/** What it is like, as TERM says. Throws where standard input is none. */
export function ownTerminal(hint: string): { readonly term: string | undefined } {
  if (isatty(stdin)) return { term: process.env["TERM"] };
  throw new BpmError("no-terminal", "standard input is not a terminal (ENOTTY)", { hint });
}
