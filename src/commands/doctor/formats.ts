/** A diagnosis for people, and for programs. */

import { versionText } from "../../cli/version.ts";
import { counted, type Finding, type Level, type Section } from "../../doctor/finding.ts";
import { escapeControl } from "../../report/escape.ts";
import { type Row, rowLines, section } from "../inspect/layout.ts";

/** Sections of findings, what to do about one on a line below it, and a verdict. */
export function diagnosisText(sections: readonly Section[]): string {
  const width = Math.max(...all(sections).map(({ subject }) => subject.length));
  const texts = sections.map(({ title, findings }) =>
    section(title, rowLines(findings.flatMap((one) => rows(one, width)))),
  );
  return escapeControl([`bpm ${versionText()}\n`, ...texts, verdict(sections)].join("\n"));
}

/** `{"version","jobs_can_start","findings":[…]}`; every field is always there. */
export function diagnosisDocument(sections: readonly Section[]): string {
  const findings = sections.flatMap(({ title, findings: own }) =>
    own.map((one) => ({
      section: title.toLowerCase(),
      subject: one.subject,
      level: one.level,
      code: one.code,
      text: one.text,
      advice: one.advice ?? null,
    })),
  );
  const document = {
    version: versionText(),
    jobs_can_start: problemCount(sections) === 0,
    findings,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function problemCount(sections: readonly Section[]): number {
  return all(sections).filter(({ level }) => level === "problem").length;
}

const levelWidth = "warning".length + 2;

function rows({ level, subject, text, advice }: Finding, width: number): Row[] {
  const label = level.padEnd(levelWidth) + subject.padEnd(width);
  return [
    [label, ...text.split(" ")],
    ...(advice === undefined ? [] : [["", "->", ...advice.split(" ")] as const]),
  ];
}

function verdict(sections: readonly Section[]): string {
  const count = (wanted: Level) =>
    counted(all(sections).filter(({ level }) => level === wanted).length, wanted);
  return `${count("problem")}, ${count("warning")}, ${count("note")}\n`;
}

function all(sections: readonly Section[]): Finding[] {
  return sections.flatMap(({ findings }) => findings);
}
