/** `bpm doctor`: what this host offers and lacks, and what to do about it. */
import { defineCommand } from "citty";
import { boshRoot } from "../bosh/paths.ts";
import { BpmError } from "../report/errors.ts";
import { print } from "../report/stdout.ts";

export default defineCommand({
  meta: { name: "doctor", description: "tell what this host offers and lacks for running jobs" },
  args: {
    json: { type: "boolean", description: "print a JSON document" },
  },
  async run({ args }) {
    const { counted } = await import("../doctor/finding.ts");
    const { gatherFacts } = await import("../doctor/gather.ts");
    const { examine } = await import("../doctor/examine.ts");
    const { diagnosisDocument, diagnosisText, problemCount } = await import("./doctor/formats.ts");
    const sections = examine(gatherFacts(boshRoot(process.env)));
    await print(args.json ? diagnosisDocument(sections) : diagnosisText(sections));
    const problems = problemCount(sections);
    if (problems === 0) return;
    throw new BpmError(
      "host-unfit",
      `${counted(problems, "problem")} in the way of starting jobs on this host`,
    );
  },
});
