/** The suites in guests: one guest for each layout of cgroups, all of them at the same time. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProbe } from "../support/probe-build.ts";
import { fail, sum, type Tally } from "../support/tally.ts";
import { type GuestLayout, runGuest } from "./guest.ts";
import { findImage, type Image } from "./image.ts";
import { makeProjectDisk, readTally } from "./project-disk.ts";
import { whatGuestsLack } from "./requirements.ts";

export interface GuestPlan {
  readonly layouts: readonly GuestLayout[];
  /** Test files. */
  readonly files: readonly string[];
  /** A guest that takes longer is powered off. */
  readonly minutes: number;
}

/** The product must be built. Where no guest can run, each counts as skipped, and says why. */
export async function runGuests(plan: GuestPlan): Promise<Tally> {
  const { layouts, files } = plan;
  console.log(`\n== ${files.length} files in guests with systemd: ${layouts.join(", ")}`);
  const lacking = await whatGuestsLack();
  if (lacking !== undefined) {
    console.log(`They are skipped: ${lacking}`);
    return { passed: 0, failed: 0, skipped: layouts.length };
  }
  const image = await findImage();
  await buildProbe();
  return sum(await Promise.all(layouts.map((layout) => runSuites(image, layout, plan))));
}

/** An emulated machine now and then dies without a word, and is then run once more. */
const attempts = 2;

async function runSuites(image: Image, layout: GuestLayout, plan: GuestPlan): Promise<Tally> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runAttempt(image, layout, plan);
    } catch (error) {
      const message = `${layout}: ${error instanceof Error ? error.message : String(error)}`;
      console.log(attempt < attempts ? `${message}; once more` : `(fail) ${message}`);
      if (attempt === attempts) return fail;
    }
  }
}

/** Throws where the guest did not get to its end. */
async function runAttempt(
  image: Image,
  layout: GuestLayout,
  { files, minutes }: GuestPlan,
): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), "bpm-guest-"));
  try {
    const disk = join(directory, "project.ext4");
    await makeProjectDisk(disk, { layout, files });
    await runGuest({ image, layout, disk, directory, minutes });
    return await readTally(disk);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
