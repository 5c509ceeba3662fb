/** From what is known of a host to what there is to say about it. Pure. */

import { examineCgroups } from "./examine/cgroups.ts";
import { examineDirectories } from "./examine/directories.ts";
import { examineHost } from "./examine/host.ts";
import { examineInstall } from "./examine/install.ts";
import { examineJobs, examineRemains } from "./examine/jobs.ts";
import { examineKernel } from "./examine/kernel.ts";
import { examineLimits } from "./examine/limits.ts";
import type { Facts } from "./facts.ts";
import type { Section } from "./finding.ts";

export function examine(facts: Facts): Section[] {
  return [
    { title: "Host", findings: examineHost(facts) },
    { title: "Kernel", findings: examineKernel(facts) },
    { title: "Cgroups", findings: examineCgroups(facts) },
    { title: "Limits", findings: examineLimits(facts) },
    { title: "Installation", findings: examineInstall(facts) },
    { title: "Directories", findings: examineDirectories(facts) },
    { title: "Jobs", findings: [...examineJobs(facts), ...examineRemains(facts)] },
  ];
}
