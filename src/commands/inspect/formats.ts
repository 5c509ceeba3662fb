/** An inspection for people, for programs, and for OCI runtimes. */

import policy from "../../../zig/src/sandbox/seccomp/policy.txt" with { type: "text" };
import type { Inspection } from "../../lifecycle/inspect.ts";
import { ociText, toOci } from "../../plan/oci.ts";
import type { MountOrigin } from "../../plan/planned-mount.ts";
import { escapeControl } from "../../report/escape.ts";
import { observationDocument } from "../list/observations.ts";
import { section } from "./layout.ts";
import { mountSections } from "./mounts.ts";
import { cgroupRows, limitRows, privilegeRows } from "./restrictions.ts";
import { environmentLines, fileRows, liveRows, processRows, warningRows } from "./sections.ts";

/** Text that explains itself; sections that have nothing to say are left out. */
export function inspectionText(inspection: Inspection): string {
  const sections = [
    section("State", liveRows(inspection)),
    section("Process", processRows(inspection)),
    section("Environment", environmentLines(inspection)),
    section("Privileges", privilegeRows(inspection)),
    section("Limits", limitRows(inspection)),
    section("Cgroups: * is different for each start", cgroupRows(inspection)),
    ...mountSections(inspection),
    section("Files on the host", fileRows(inspection)),
    section("Warnings", warningRows(inspection)),
  ];
  return escapeControl(sections.filter((text) => text !== "").join("\n"));
}

/** The launch plan as the core takes it, why each of its mounts is there, and what runs now. */
export function inspectionDocument({ paths, plan, warnings, observation }: Inspection): string {
  const { launch, origins, duplicates } = plan;
  const document = {
    job: paths.job,
    process: paths.process,
    plan: launch,
    origins: origins.map(originDocument),
    duplicates: duplicates.map(({ mount, origin }) => ({
      target: mount.target,
      ...originDocument(origin),
    })),
    warnings: [
      ...warnings.map(({ path, line, column, message }) => ({ path, line, column, message })),
      ...plan.warnings.map(({ message }) => ({ path: "", line: null, column: null, message })),
    ],
    state: observationDocument(observation),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A config.json; its bundle needs nothing but an empty directory `rootfs`. */
export function ociDocument({ plan, config, devices }: Inspection): string {
  return ociText(toOci(plan, config.limits, policy, devices));
}

function originDocument(origin: MountOrigin): object {
  const position = "volume" in origin ? origin.volume.position : undefined;
  return { from: origin.kind, line: position?.line ?? null, column: position?.column ?? null };
}
