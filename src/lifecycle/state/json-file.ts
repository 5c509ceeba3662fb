/** Reading a JSON file that may be of another version of bpm, damaged, or no file at all. */
import { readIfThere } from "../../core/files.ts";
import { isSystemError } from "../../report/errors.ts";

/** What is in the file, undefined where that is no JSON; undefined as a whole where it is not. */
export function readJsonFile(path: string): { readonly value: unknown } | undefined {
  try {
    const text = readIfThere(path);
    return text === undefined ? undefined : { value: parseJson(text) };
  } catch (error) {
    if (isSystemError(error)) return { value: undefined };
    throw error;
  }
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
