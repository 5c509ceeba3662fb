/** A program at a terminal, with somebody typing. */

export interface TerminalOptions {
  readonly env: Record<string, string>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

export class Terminal implements AsyncDisposable {
  readonly process: Bun.Subprocess;
  #shown = "";
  #onShown: () => void = () => {};

  constructor(argv: readonly string[], options: TerminalOptions) {
    const { env, cwd = "/", columns = 500, rows = 24 } = options;
    this.process = Bun.spawn([...argv], {
      env,
      cwd,
      terminal: {
        cols: columns,
        rows,
        data: (_, bytes) => {
          this.#shown += Buffer.from(bytes).toString();
          this.#onShown();
        },
      },
    });
    void this.process.exited.then(() => this.#onShown());
  }

  /** Everything that the terminal has shown. */
  get shown(): string {
    return this.#shown;
  }

  /** Presses keys. */
  type(keys: string): void {
    this.process.terminal?.write(keys);
  }

  /** Waits until a text is shown behind what was there at `since`; returns what is shown there. */
  async until(text: string, since = 0): Promise<string> {
    while (!this.#shown.slice(since).includes(text)) {
      if (this.process.exitCode !== null) {
        throw new Error(`the program ended before it showed ${text}:\n${this.#shown}`);
      }
      await new Promise<void>((resolve) => {
        this.#onShown = resolve;
      });
    }
    return this.#shown.slice(since);
  }

  /** Types, and waits for a text that is shown thereafter. */
  async typed(keys: string, text: string): Promise<string> {
    const since = this.#shown.length;
    this.type(keys);
    return this.until(text, since);
  }

  resize(columns: number, rows: number): void {
    this.process.terminal?.resize(columns, rows);
  }

  /** Takes the terminal away, as when a connection is lost. */
  hangUp(): void {
    this.process.terminal?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.exited;
    this.hangUp();
  }
}
