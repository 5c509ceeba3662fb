/** Commands that come from Debian packages. */

import { join } from "node:path";
import { projectDirectory } from "./product.ts";

/**
 * Installs the packages of the commands that are not there, and returns the commands that are
 * still missing. `packages`: the package of each command.
 */
export async function missingCommands(
  packages: Readonly<Record<string, string>>,
): Promise<string[]> {
  const absent = () => Object.keys(packages).filter((command) => Bun.which(command) === null);
  const missing = absent();
  if (missing.length === 0) return [];
  const names = new Set(missing.map((command) => packages[command] ?? command));
  const install = join(projectDirectory, "test/support/install-debian");
  const child = Bun.spawn([install, ...names], { stdio: ["ignore", "inherit", "inherit"] });
  await child.exited;
  return absent();
}
