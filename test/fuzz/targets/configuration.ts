/** bpm.yml: read, planned with or refused, but never anything else. */

import { ConfigError, parseConfig } from "../../../src/config/parse.ts";
import { validateFile } from "../../../src/lint/validate.ts";
import { spoil, wordSalad } from "../generate.ts";
import { allow, require, type Target } from "../target.ts";

const words = [
  "processes:",
  "\n- ",
  "\n  ",
  "\n    ",
  "name: ",
  "web",
  "executable: ",
  "/bin/true",
  "args: ",
  "[",
  "]",
  "env: ",
  "{",
  "}",
  "A: ",
  "limits: ",
  "memory: ",
  "1G",
  "open_files: ",
  "processes: ",
  "20",
  "additional_volumes: ",
  "path: ",
  "/var/vcap/data/x",
  "writable: ",
  "true",
  "unsafe: ",
  ": ",
  ", ",
  "unrestricted_volumes: ",
  "capabilities: ",
  "NET_RAW",
  "hooks: ",
  "pre_start: ",
  "workdir: ",
  "&a ",
  "*a",
  "<<: ",
  "|\n",
  ">-\n",
  "# ",
  "---\n",
  "...\n",
  "? ",
  "!!int ",
  '"',
  "'",
  "\\x41",
  "shutdown_signal: ",
] as const;

const valid = `processes:
- name: web
  executable: /var/vcap/packages/web/bin/web
  args: [--port, "80", 'it''s']
  env: {A: &a 1, B: *a}
  limits: {memory: 1.5G, open_files: 1000, processes: 20}
  ephemeral_disk: yes
  additional_volumes:
  - {path: /var/vcap/data/shared, writable: true}
  unsafe: {unrestricted_volumes: [{path: /opt/*}]}
  hooks:
    pre_start: /var/vcap/jobs/web/bin/pre
`;

const context = { file: "bpm.yml", job: "web" };

export const configuration: Target = {
  name: "bpm.yml",
  generate: (dice) => (dice.roll(3) === 0 ? wordSalad(dice, words, 40) : spoil(dice, valid, words)),
  check: (text) => {
    const found = allow(ConfigError, () => parseConfig(text, context));
    const report = validateFile(text, context);
    const lines = text.split(/\r\n|\r|\n/).length + 1;
    for (const { line, column } of [...report.errors, ...report.warnings]) {
      require(line >= 1 && line <= lines && column >= 1, `line ${line} of ${lines}: ${column}`);
    }
    require(found !== undefined || report.errors.length > 0, "refused, but found to be right");
    // The bytes of a file are read as its text is.
    const bytes = new TextEncoder().encode(text);
    const isText = new TextDecoder().decode(bytes) === text;
    if (!isText) return;
    const again = allow(ConfigError, () => parseConfig(bytes, context));
    require(Bun.deepEquals(found, again), "bytes are read otherwise than text");
  },
};
