/** `bpm completion`: the script that teaches a shell to complete bpm's command lines. */
import { defineCommand } from "citty";
import type { FlagDefs } from "../cli/flags.ts";
import { UsageError } from "../report/errors.ts";
import { quote } from "../report/escape.ts";
import { print } from "../report/stdout.ts";
import bash from "./completion/bpm.bash" with { type: "text" };
import fish from "./completion/bpm.fish" with { type: "text" };
import zsh from "./completion/bpm.zsh" with { type: "text" };

const scripts: ReadonlyMap<string, string> = new Map(Object.entries({ bash, zsh, fish }));

const completionArgs = {
  shell: { type: "positional", valueHint: "bash|zsh|fish" },
} as const satisfies FlagDefs;

export default defineCommand({
  meta: { name: "completion", description: "print a script for completion in bash, zsh or fish" },
  args: completionArgs,
  async run({ args }) {
    if (!args.shell) throw new UsageError("must specify a shell: bash, zsh or fish");
    const script = scripts.get(args.shell);
    if (script === undefined) {
      throw new UsageError(`no completion for ${quote(args.shell)}, only for bash, zsh and fish`);
    }
    await print(script);
  },
});
