/** Reading bpm.yml from disk. */
import { readBytes } from "../core/files.ts";
import { BpmError, isSystemError } from "../report/errors.ts";
import { type ConfigContext, parseConfig } from "./parse.ts";
import type { JobConfig } from "./types.ts";

/** The largest rendered file in public releases has 20 KiB. */
const bytesMax = 4 << 20;

/** Parses the file. Throws what `readConfigFile` or `parseConfig` throws. */
export function readConfig(context: ConfigContext): JobConfig {
  return parseConfig(readConfigFile(context.file), context);
}

/** What is no regular file is EINVAL or, a directory, EISDIR. */
const noFile: readonly string[] = ["EINVAL", "EISDIR", "ENXIO"];

/** Text where it is UTF-8. Throws what the file system throws, and for what is no file. */
export function readConfigFile(file: string): string | Uint8Array {
  try {
    return readBytes(file, bytesMax);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (noFile.includes(error.code)) {
      throw new BpmError("config", `open ${file}: it is not a regular file`);
    }
    if (error.code !== "EFBIG") throw error;
    throw new BpmError("config", `open ${file}: it has more than ${bytesMax} bytes`);
  }
}
