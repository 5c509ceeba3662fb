/** Words a YAML syntax error for someone who wrote a bpm.yml, not a parser. */
import type { ErrorCode, YAMLError } from "yaml";

const sentences: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: "YAML does not know this backslash sequence; use \\\\ or single quotes",
  BLOCK_AS_IMPLICIT_KEY: "a value holds another `: `; put it in quotes",
  MULTILINE_IMPLICIT_KEY: "a key spreads over several lines; one may lack its `: ` or a quote",
  RESOURCE_EXHAUSTION: "lists and mappings are nested too deeply",
  TAB_AS_INDENT: "a tab is used for indentation, where YAML allows only spaces",
};

export function syntaxSentence(error: YAMLError, text: string): string {
  const sentence = sentences[error.code] ?? reworded(error.message);
  if (!text.includes("<%")) return sentence;
  return `${sentence} (this looks like a template: check what it renders to)`;
}

function reworded(message: string): string {
  const quote = /^Missing closing (['"])quote/.exec(message);
  if (quote) return `a text that began with ${quote[1]} has no closing ${quote[1]}`;
  if (message.includes("must end with a ]") || message.includes("and end with a ]")) {
    return "a list that began with [ has no closing ]";
  }
  if (message.includes("must end with a }") || message.includes("and end with a }")) {
    return "a mapping that began with { has no closing }";
  }
  if (message.startsWith("Implicit map keys need")) return "no `: ` follows this key";
  const start = /^Plain value cannot start with (.+)$/.exec(message);
  if (start) return `a text cannot begin with ${start[1]} unless it is in quotes`;
  return message.charAt(0).toLowerCase() + message.slice(1);
}
