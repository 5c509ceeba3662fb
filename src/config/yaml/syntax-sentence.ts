/** Words a YAML syntax error for someone who wrote a bpm.yml, not a parser. */
import type { ErrorCode, YAMLError } from "yaml";

const sentences: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: "YAML does not know this backslash sequence; use \\\\ or single quotes",
  BLOCK_AS_IMPLICIT_KEY: "a value holds another `: `; put it in quotes",
  MULTILINE_IMPLICIT_KEY: "a key spreads over several lines; one may lack its `: ` or a quote",
  RESOURCE_EXHAUSTION: "lists and mappings are nested too deeply",
  TAB_AS_INDENT: "a tab is used for indentation, where YAML allows only spaces",
};

const rewordings: readonly (readonly [RegExp, string])[] = [
  [/^Implicit map keys need to be followed.*$/, "no `: ` follows this key"],
  [/^Plain value cannot start with (.+)$/, "a text cannot begin with $1 unless it is in quotes"],
  [/^Unexpected flow-(?:seq|map)-end token.*"(.)"$/, "this $1 closes nothing"],
  [
    /^Unexpected \S+ (?:at node end|token).*$/,
    "this belongs to nothing above; is its indentation right?",
  ],
];

export function syntaxSentence({ code, message }: YAMLError): string {
  const fixed = sentences[code];
  if (fixed !== undefined) return fixed;
  const [pattern, replacement] = rewordings.find(([known]) => known.test(message)) ?? [];
  if (pattern && replacement !== undefined) return message.replace(pattern, replacement);
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Releases hold templates of bpm.yml, which are no YAML yet. */
export function templateHint(text: string): string {
  return text.includes("<%") ? " (this looks like a template: check what it renders to)" : "";
}
