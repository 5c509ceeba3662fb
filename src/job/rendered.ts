/** Checks files that were rendered with values that nobody made up. */
import { validateFile } from "../lint/validate.ts";
import type { Finding } from "./finding.ts";
import { fileKind, isWellFormed } from "./hostile.ts";
import { renderedConfig, renderedSyntax } from "./rules/rendered.ts";

export interface RenderedText {
  /** The job's name. */
  readonly job: string;
  readonly destination: string;
  /** The template's path and text. */
  readonly path: string;
  readonly template: string;
  readonly bytes: Uint8Array;
}

export function renderedFindings(file: RenderedText): Finding[] {
  if (file.destination === "config/bpm.yml") return configFindings(file);
  const kind = fileKind(file.destination);
  if (kind === undefined || isWellFormed(file.destination, file.bytes)) return [];
  return [
    {
      file: file.path,
      line: 1,
      column: 1,
      severity: renderedSyntax.severity,
      rule: renderedSyntax.name,
      message: `what this renders to is no ${kind}`,
      hint: "bpm job render prints it",
    },
  ];
}

/** A line that stands in the template as it is, is told with its place there. */
function configFindings({ job, path, template, bytes }: RenderedText): Finding[] {
  const { errors, lines } = validateFile(bytes, { file: path, job });
  const written = template.split("\n");
  return errors.map(({ line, column, message, path: property }) => {
    const text = lines[line - 1] ?? "";
    const places = written.flatMap((one, index) => (one === text ? [index + 1] : []));
    const [own] = places.length === 1 && text.trim() !== "" ? places : [];
    const about = property === "" ? "" : `${property}: `;
    return {
      file: path,
      line: own ?? 1,
      column: own === undefined ? 1 : column,
      severity: renderedConfig.severity,
      rule: renderedConfig.name,
      message: about + message + (own === undefined ? ` (line ${line} of the rendered file)` : ""),
    };
  });
}
