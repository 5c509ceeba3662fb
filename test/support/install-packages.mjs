// Installs the npm packages when node_modules does not hold exactly what package-lock.json says.
// Plain Node, because bun itself is one of those packages.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

function locked(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}

const wanted = Object.entries(locked("package-lock.json")).filter(([path]) => path !== "");
const present = locked("node_modules/.package-lock.json");
const complete = wanted.every(
  ([path, entry]) => present[path]?.version === entry.version || (entry.optional && !present[path]),
);

if (!complete) {
  console.log("Installing npm packages (npm ci)");
  execFileSync("npm", ["ci"], { stdio: "inherit" });
}

// Where npm is told to run no install scripts, bun has yet to find its executable.
if (spawnSync("node_modules/.bin/bun", ["--version"]).status !== 0) {
  execFileSync(process.execPath, ["install.js"], { cwd: "node_modules/bun", stdio: "inherit" });
}
