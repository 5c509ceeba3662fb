/** Evaluates templates with a Ruby of this machine. */
import { BpmError, isSystemError, messageOf } from "../../report/errors.ts";
import { toJson } from "../wire.ts";
import { type ChildCommand, runChild } from "./child.ts";
import program from "./context.rb" with { type: "text" };
import { toAnswer, unitDocuments } from "./exchange.ts";
import { renderingRights } from "./rights.ts";
import type { Answer, Unit } from "./unit.ts";

const gibibyte = 2 ** 30;

/** Of prctl(2), which sets what a child inherits from nobody. */
const prctlNumbers: Readonly<Record<string, number>> = { x64: 157, arm64: 167 };

export interface NativeOptions {
  /** The program, as execvp(3) finds it. */
  readonly ruby: string;
  readonly seconds: number;
}

/** Throws when there is no such Ruby, or when it does not answer for every template. */
export async function evaluateNatively(
  units: readonly Unit[],
  { ruby, seconds }: NativeOptions,
): Promise<Answer> {
  const prctl = prctlNumbers[process.arch];
  const command: ChildCommand = {
    argv: [ruby, "--disable-gems", "-W0", "-EUTF-8", "-e", program],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LANG: "C.UTF-8", TZ: "UTC" },
    input: toJson({
      units: unitDocuments(units),
      limits: limits(seconds),
      ...(prctl === undefined ? {} : { numbers: { prctl } }),
    }),
    rights: renderingRights(process.env),
    seconds,
  };
  return toAnswer(units, await started(ruby, command), { ruby, seconds });
}

async function started(ruby: string, command: ChildCommand) {
  try {
    return await runChild(command);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new BpmError("no-ruby", `start ${ruby}: ${messageOf(error)}`, { cause: error });
  }
}

/** No other processes, no threads, no files: a director's templates have no use for them. */
function limits(seconds: number): Readonly<Record<string, number>> {
  return { AS: gibibyte, CPU: Math.ceil(seconds) + 1, NPROC: 0, FSIZE: 0, CORE: 0 };
}
