import { inSpec, type Rule } from "./rule.ts";

export const specProblems: Rule = {
  name: "spec",
  severity: "error",
  summary: "what keeps a director or `bosh create-release` from taking the job",
  *check(job) {
    const { directory, spec, missing, monit } = job;
    for (const { position, message } of spec.problems) {
      yield { ...inSpec(job, position), message };
    }
    const place = inSpec(job, { line: 1, column: 1 });
    if (spec.name !== "" && spec.name !== directory.name) {
      const [own, ofSpec] = [directory.name, spec.name];
      yield {
        ...place,
        message: `the job is called ${JSON.stringify(ofSpec)}, and its directory ${own}`,
        director: `Job directory '${own}' does not match job name '${ofSpec}' in spec`,
      };
    }
    if (monit === undefined) {
      const message = "the job has no monit file; one without processes has an empty one";
      yield { ...place, message };
    }
    for (const { entry, reason } of missing) {
      yield { ...inSpec(job, entry.position), message: reason };
    }
  },
};
