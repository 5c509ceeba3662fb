/** `npm run test:vm`: see test/vm/run. Ends with the line `N passed, N failed, N skipped`. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProbe } from "../support/probe-build.ts";
import { projectDirectory } from "../support/product.ts";
import { fail, sum, summaryLine, type Tally } from "../support/tally.ts";
import { runGuest, type GuestLayout, guestLayouts } from "./guest.ts";
import { findImage, type Image } from "./image.ts";
import { makeProjectDisk, readTally } from "./project-disk.ts";
import { whatGuestsLack } from "./requirements.ts";

const suites = "test/{integration,security,failures,monit}/**/*.test.ts";
const defaults: readonly GuestLayout[] = ["v2", "v1"];

async function main(words: readonly string[]): Promise<number> {
  const lacking = await whatGuestsLack();
  if (lacking !== undefined) {
    const summary = summaryLine({ passed: 0, failed: 0, skipped: 1 });
    console.log(`No virtual machines here: ${lacking}\n\n${summary}`);
    return 0;
  }
  const layouts = words.filter(isLayout);
  const files = testFiles(words.filter((word) => !isLayout(word)));
  const image = await findImage();
  await buildProbe();
  const tallies: Tally[] = [];
  for (const layout of layouts.length > 0 ? layouts : defaults) {
    console.log(`\n== ${layout}, systemd: ${files.length} files`);
    tallies.push(await runSuites(image, layout, files));
  }
  const total = sum(tallies);
  console.log(`\n${summaryLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function runSuites(
  image: Image,
  layout: GuestLayout,
  files: readonly string[],
): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), "bpm-guest-"));
  try {
    const disk = join(directory, "project.ext4");
    await makeProjectDisk(disk, { layout, files });
    await runGuest({ image, layout, disk, directory });
    return await readTally(disk);
  } catch (error) {
    console.log(`(fail) ${layout}: ${error instanceof Error ? error.message : String(error)}`);
    return fail;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isLayout(word: string): word is GuestLayout {
  return (guestLayouts as readonly string[]).includes(word);
}

function testFiles(patterns: readonly string[]): string[] {
  const files = [...new Bun.Glob(suites).scanSync({ cwd: projectDirectory })].sort();
  const wanted = files.filter((file) => patterns.some((pattern) => file.includes(pattern)));
  return patterns.length === 0 ? files : wanted;
}

process.exit(await main(process.argv.slice(2)));
