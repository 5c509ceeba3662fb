/** Reads any YAML text into nodes, and says what is wrong where it is none. */
import type { YamlDocument } from "./document.ts";
import { Parser } from "./parser.ts";
import { Reader, YamlError } from "./reader.ts";
import { Scanner } from "./scanner.ts";
import { Source } from "./source.ts";

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const restIgnored =
  "everything from here on is ignored, because the value that the file began with has ended";

/** The first document of the text: as in Go, what follows it is not looked at. */
export function readFullYaml(text: string): YamlDocument {
  const source = new Source(text);
  const control = source.text.search(forbidden);
  if (control !== -1) return unreadable(source, control, "YAML allows no control characters");
  const parser = new Parser(new Scanner(new Reader(source.text)));
  try {
    const root = parser.document();
    const rest = root && parser.restAt();
    const warnings = rest === undefined ? [] : [{ path: "", offset: rest, message: restIgnored }];
    return { source, root, errors: [], warnings };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return unreadable(source, error.offset, `${error.message}${templateHint(text)}`);
  }
}

function unreadable(source: Source, offset: number, message: string): YamlDocument {
  return { source, root: undefined, errors: [{ path: "", offset, message }], warnings: [] };
}

/** Releases hold templates of bpm.yml, which are no YAML yet. */
function templateHint(text: string): string {
  return text.includes("<%") ? " (this looks like a template: check what it renders to)" : "";
}
