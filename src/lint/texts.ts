/** Texts that are not what their author meant to write. */

import type { Finding } from "../config/finding.ts";
import { unknownCapabilities } from "../plan/capabilities.ts";
import type { LintContext } from "./lint.ts";

export function lintTexts(context: LintContext): Finding[] {
  const { args, env, hooks } = context.process;
  return [
    ...cutTexts(context.process, ["name", "executable", "workdir"], context),
    ...(hooks ? cutTexts(hooks, ["pre_start"], context) : []),
    ...(args ? cutTexts(args, [...args.keys()], context) : []),
    ...(env ? cutTexts(env, Object.keys(env), context) : []),
    ...spacedExecutable(context),
    ...oddCapabilities(context),
  ];
}

/** In plain text, ` #` begins a comment: half of a password is gone without a word. */
function cutTexts(
  owner: object,
  keys: readonly (string | number)[],
  { places, source }: LintContext,
): Finding[] {
  return keys.flatMap((key) => {
    const { node } = places.spot(owner, key);
    if (node.kind !== "scalar" || !node.plain || node.text === "") return [];
    const [, lost] = /^[ \t]+(#[^\s#].*)/.exec(source.text.slice(node.end)) ?? [];
    if (lost === undefined) return [];
    const message = "the text ends here, because ` #` begins a comment; put all of it in quotes";
    return [places.finding(owner, key, message)];
  });
}

function spacedExecutable({ process, places }: LintContext): Finding[] {
  if (!/\s/.test(process.executable)) return [];
  const message = "a space in the path of the executable; arguments go into args, one by one";
  return [places.finding(process, "executable", message)];
}

function oddCapabilities({ process, places }: LintContext): Finding[] {
  const capabilities = process.capabilities ?? [];
  return capabilities.flatMap((name, index) => {
    const messages = unknownCapabilities([name]);
    return messages.map((message) => places.finding(capabilities, index, message));
  });
}
