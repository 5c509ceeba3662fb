/** A shell at a terminal. */

import { Terminal } from "./terminal.ts";

const toStart = "\u0001"; // C-a, in bash and in zsh
const end = "<end>";

export class InteractiveShell extends Terminal {
  /** Runs a command and waits until it is done. */
  async run(command: string): Promise<void> {
    await this.typed(`${command}; printf '<%s>' end\n`, end);
  }

  /** The words of the line that these keys make, as the shell would hand them to a program. */
  async words(keys: string): Promise<string[]> {
    const shown = await this.typed(`${keys} end${toStart}printf '<%s>' \n`, end);
    const words = [...shown.matchAll(/<([^<>%]*)>/g)].map(([, word]) => word ?? "");
    return words.slice(0, -1);
  }
}
