/**
 * Names and messages may come from files that an untrusted user wrote; on root's terminal a control
 * character in them is a command to the terminal (CWE-150).
 */

/** C0 except tab and newline, DEL, C1, line separators, and what reorders text (CVE-2021-42574). */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Writes control characters as `\x1b` or `\u202e`; tabs and newlines, which lay text out, stay. */
export function escapeControl(text: string): string {
  return text.replace(control, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** The same of a name or another text that has to stay on its line, in its column. */
export function escapeLine(text: string): string {
  return escapeControl(text).replaceAll("\t", "\\t").replaceAll("\n", "\\n");
}

/** A name from outside in double quotes, on one line whatever it holds. */
export function quote(text: string): string {
  return escapeControl(JSON.stringify(text));
}
