/** Reading a JSON file that may be of another version of bpm, damaged, or no file at all. */
import { readIfThere } from "../../core/files.ts";
import { isSystemError } from "../../report/errors.ts";

/** What is in the file, undefined where that is no JSON; undefined as a whole where it is not. */
export function readJsonFile(path: string): { readonly value: unknown } | undefined {
  try {
    const text = readIfThere(path);
    return text === undefined ? undefined : { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error)) return { value: undefined };
    throw error;
  }
}
