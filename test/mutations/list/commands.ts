/** What bpm prints, and what it takes from a command line. */

import { inFile } from "../mutation.ts";

export const commands = [
  ...inFile("src/report/stderr.ts", [
    [
      "a message is no command to root's terminal (CWE-150)",
      'escapeControl((prefix[type] ?? "") + args.join(" "))',
      '(prefix[type] ?? "") + args.join(" ")',
      ["test/programs/report/stderr.test.ts"],
    ],
  ]),
  ...inFile("src/report/escape.ts", [
    [
      "text that is turned around by a control character is shown as it is (CVE-2021-42574)",
      "\\u202e\\u2066-\\u2069",
      "\\u202e",
      ["test/unit/bosh/names.test.ts"],
    ],
  ]),
  ...inFile("src/config/flags.ts", [
    [
      "an unknown option of a volume is refused",
      "if (!volumeOptions.has(name)) throw",
      "if (name.length > 99) throw",
      ["test/unit/config/flags.test.ts"],
    ],
    [
      "a variable has a name",
      "if (equals < 1) throw",
      "if (equals < 0) throw",
      ["test/unit/config/flags.test.ts"],
    ],
  ]),
];
