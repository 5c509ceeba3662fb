/** How rendered files differ from those that lie below a directory. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { unifiedDiff } from "./diff.ts";
import { readAuthorFile } from "./files.ts";
import type { OutputFile } from "./output.ts";

/** A diff for each file that is not the same, from what lies there to what was rendered. */
export function compareFiles(directory: string, files: readonly OutputFile[]): string[] {
  const rendered = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const names = [...new Set([...rendered.keys(), ...filesBelow(directory)])].sort();
  const diffs = names.map((name) => {
    const path = join(directory, name);
    const before = existsSync(path) ? readAuthorFile(path, directory) : undefined;
    return unifiedDiff(name, textOf(before), textOf(rendered.get(name)));
  });
  return diffs.filter((diff) => diff !== "");
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => relative(directory, join(parentPath, name)));
}
