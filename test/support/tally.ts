/** Counting results over runners that each report in their own way. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const pass: Tally = { passed: 1, failed: 0, skipped: 0 };
export const fail: Tally = { passed: 0, failed: 1, skipped: 0 };

export const skip: Tally = { passed: 0, failed: 0, skipped: 1 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The line that ends a run of all suites. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Ends a run: prints that line, and returns the exit status. */
export function conclude(total: Tally): number {
  console.log(`\n${summaryLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

/**
 * Reads a JUnit report of bun test. A runner that ended badly without a failed test in its report,
 * or without a report, has crashed: that counts as a failure.
 */
export function tallyJunit(report: string | undefined, exitCode: number): Tally {
  const root = report?.match(/<testsuites\b[^>]*>/)?.[0];
  if (root === undefined) return fail;
  const tests = attribute(root, "tests");
  const failed = attribute(root, "failures");
  const skipped = attribute(root, "skipped");
  const crashed = exitCode !== 0 && failed === 0 ? 1 : 0;
  return { passed: tests - failed - skipped, failed: failed + crashed, skipped };
}

/** How long each file of a JUnit report took, in seconds, the slowest first. */
export function secondsByFile(report: string): [file: string, seconds: number][] {
  const suites = [...report.matchAll(/<testsuite name="([^"]+)" file="\1"[^>]* time="([\d.]+)"/g)];
  const rows = suites.map(([, file = "", time]): [string, number] => [file, Number(time)]);
  return rows.sort(([, one], [, other]) => other - one);
}

/** Reads the summary of `zig build test --summary all`; a run that says nothing has failed. */
export function tallyZig(output: string, exitCode: number): Tally {
  const [, passed, total] = output.match(/(\d+)\/(\d+) tests passed/) ?? [];
  if (passed === undefined || total === undefined) return exitCode === 0 ? pass : fail;
  const skipped = Number(output.match(/(\d+) skipped/)?.[1] ?? 0);
  const failed = Number(total) - Number(passed) - skipped;
  return {
    passed: Number(passed),
    failed: failed + (exitCode !== 0 && failed === 0 ? 1 : 0),
    skipped,
  };
}

function attribute(element: string, name: string): number {
  const [, value] = element.match(new RegExp(`\\b${name}="(\\d+)"`)) ?? [];
  if (value === undefined) throw new Error(`no ${name} in ${element}`);
  return Number(value);
}
