/** `bpm version`, and what `--version` prints on every command. */
import { defineCommand } from "citty";
import { UsageError } from "../report/errors.ts";
import { print } from "../report/stdout.ts";

/** The build replaces this (`bun build --define`); run from source there is no such name. */
declare const BPM_VERSION: string | undefined;

export function versionText(): string {
  return typeof BPM_VERSION === "string" ? BPM_VERSION : "[DEV BUILD]";
}

export async function printVersion(): Promise<void> {
  await print(`${versionText()}\n`);
}

export default defineCommand({
  meta: { name: "version", description: "print the version of bpm" },
  async run({ args }) {
    if (args._.length > 0) throw new UsageError("version takes no arguments");
    await printVersion();
  },
});
