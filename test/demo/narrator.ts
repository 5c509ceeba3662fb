/** Tells what the demo does, and shows it as somebody at a terminal would see it. */
import { spawnSync } from "node:child_process";

const faint = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

/** A sentence about what comes next. */
export function say(text: string): void {
  console.log(`\n${faint(`# ${text}`)}`);
}

/** Runs a shell command in front of the audience. */
export function show(command: string): void {
  console.log(`$ ${command}`);
  const { status } = spawnSync("bash", ["-c", command], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) console.log(`(exit status ${status})`);
}

/** What a command prints, behind the scenes. */
export function ask(command: string): string {
  return spawnSync("bash", ["-c", command], { encoding: "utf8" }).stdout.trim();
}

/** Waits until the answer is there; a demo that waits for ever shows nothing. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (holds()) return;
    await Bun.sleep(100);
  }
  throw new Error(`${what} did not happen within 30 seconds`);
}
