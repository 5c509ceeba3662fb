/** Reading bpm.yml from disk. */
import { readFileSync, statSync } from "node:fs";
import { BpmError } from "../report/errors.ts";
import { type ConfigContext, parseConfig } from "./parse.ts";
import type { JobConfig } from "./types.ts";

/** The largest rendered file in public releases has 20 KiB. */
const bytesMax = 4 << 20;

/** Parses the file. Throws what `readConfigFile` or `parseConfig` throws. */
export function readConfig(context: ConfigContext): JobConfig {
  return parseConfig(readConfigFile(context.file), context);
}

/** Throws what the file system throws, and for what is no file. */
export function readConfigFile(file: string): Uint8Array {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status !== undefined && !status.isFile()) {
    throw new BpmError("config", `open ${file}: it is not a regular file`);
  }
  if (status !== undefined && status.size > bytesMax) {
    throw new BpmError("config", `open ${file}: it has more than ${bytesMax} bytes`);
  }
  return readFileSync(file);
}
