/** The version of bpm, as `bpm version` and `--version` on every command print it. */
import { print } from "../report/stdout.ts";

/** The build replaces this (`bun build --define`); run from source there is no such name. */
// biome-ignore lint/style/useNamingConvention: as other names that a build defines.
declare const BPM_VERSION: string | undefined;

export function versionText(): string {
  return typeof BPM_VERSION === "string" ? BPM_VERSION : "[DEV BUILD]";
}

export async function printVersion(): Promise<void> {
  await print(`${versionText()}\n`);
}
