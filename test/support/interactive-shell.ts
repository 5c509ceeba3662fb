/** A shell at a terminal, with somebody typing. */

const toStart = "\u0001"; // C-a, in bash and in zsh
const end = "<end>";

export class InteractiveShell implements AsyncDisposable {
  readonly #child: Bun.Subprocess;
  #shown = "";
  #onShown: () => void = () => {};

  constructor(argv: readonly string[], options: { env: Record<string, string>; cwd: string }) {
    this.#child = Bun.spawn([...argv], {
      ...options,
      terminal: {
        cols: 500,
        data: (_, bytes) => {
          this.#shown += Buffer.from(bytes).toString();
          this.#onShown();
        },
      },
    });
  }

  /** Everything that the terminal has shown. */
  get shown(): string {
    return this.#shown;
  }

  /** Runs a command and waits until it is done. */
  async run(command: string): Promise<void> {
    await this.#type(`${command}; printf '<%s>' end\n`);
  }

  /** The words of the line that these keys make, as the shell would hand them to a program. */
  async words(keys: string): Promise<string[]> {
    const shown = await this.#type(`${keys} end${toStart}printf '<%s>' \n`);
    const words = [...shown.matchAll(/<([^<>%]*)>/g)].map(([, word]) => word ?? "");
    return words.slice(0, -1);
  }

  /** Types, and returns what is shown until the end has been printed. */
  async #type(keys: string): Promise<string> {
    const before = this.#shown.length;
    this.#child.terminal?.write(keys);
    while (!this.#shown.slice(before).includes(end)) {
      await new Promise<void>((resolve) => {
        this.#onShown = resolve;
      });
    }
    return this.#shown.slice(before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    this.#child.terminal?.close();
  }
}
