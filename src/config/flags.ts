/** The flags of `bpm run` that add to what bpm.yml says. */
import { BpmError } from "../report/errors.ts";
import { type Reader, volumeAccessProblem, volumePathProblem } from "./rules.ts";
import type { Volume } from "./types.ts";

/** `-v PATH[:OPTION[,OPTION…]]`. The rules are those of additional_volumes. */
export function parseVolumeFlag(text: string, reader: Reader): Volume {
  const [path = "", options, ...more] = text.split(":");
  if (more.length > 0) {
    throw flagError(`invalid volume definition (format: <path>[:<options>]): ${text}`);
  }
  const names = new Set(options?.split(","));
  for (const name of names) {
    if (!volumeOptions.has(name)) throw flagError(`invalid volume option: ${name}`);
  }
  const writable = names.has("writable");
  const problem =
    volumePathProblem(path, reader) ?? volumeAccessProblem({ path, writable }, reader);
  if (problem !== undefined) throw flagError(problem);
  return {
    path,
    writable,
    allowExecutions: names.has("allow_executions"),
    mountOnly: names.has("mount_only"),
    shared: names.has("shared"),
  };
}

const volumeOptions = new Set(["writable", "mount_only", "allow_executions", "shared"]);

/** The spelling is the Go implementation's; scripts may look for it. */
const notAnAssignment = "invalid envionment variable definition (format should be KEY=value)";

/** `-e NAME=VALUE`. The value may be empty and may contain `=`. */
export function parseEnvFlag(text: string): [name: string, value: string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw flagError(`${notAnAssignment}: ${JSON.stringify(text)}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function flagError(message: string): BpmError {
  return new BpmError("invalid-flag", message);
}
