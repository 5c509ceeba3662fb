/** `npm run test:vm`: see test/vm/run. Ends with the line `N passed, N failed, N skipped`. */

import { testFiles } from "../support/bun-test.ts";
import { conclude } from "../support/tally.ts";
import { type GuestLayout, guestLayouts } from "./guest.ts";
import { runGuests } from "./guests.ts";

const suites = ["test/integration", "test/security", "test/failures", "test/monit"];
const defaults: readonly GuestLayout[] = ["v2", "v1"];
/** Of all suites, under emulation. */
const minutes = 120;

function isLayout(word: string): word is GuestLayout {
  return (guestLayouts as readonly string[]).includes(word);
}

const words = process.argv.slice(2);
const layouts = words.filter(isLayout);
const files = testFiles(
  suites,
  words.filter((word) => !isLayout(word)),
);
const total = await runGuests({ layouts: layouts.length > 0 ? layouts : defaults, files, minutes });
process.exit(conclude(total));
