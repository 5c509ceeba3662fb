/** Whether a file survives a secret with odd characters is seen in what the file means. */
import { expect, test } from "bun:test";
import { damage, hostile, isSecret } from "../../../src/job/hostile.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** What is said of a file that a function makes of a secret. */
function said(destination: string, write: (secret: string) => string): string | undefined {
  return damage(destination, "SECRET", {
    before: bytes(write("SECRET")),
    after: bytes(write(hostile)),
  });
}

test.each([
  ["a.yml", (s: string) => `k: ${s}\n`, "the file is no YAML any more"],
  ["a.yml", (s: string) => `k: "${s}"\n`, "the file is no YAML any more"],
  ["a.yml", (s: string) => `- x\n- |\n  ${s}`, undefined],
  ["a.yml", (s: string) => `k: ${JSON.stringify(s)}\n`, undefined],
  ["a.yml", (s: string) => `k: [x, '${s.replaceAll("'", "''")}', y]\n`, undefined],
  ["a.yml", (s: string) => `k: ${JSON.stringify(s.slice(0, 6))}\n`, "the file has another value"],
  ["a.yml", (s: string) => `k: ${JSON.stringify(`u:${encodeURIComponent(s)}@h`)}\n`, undefined],
  ["a.yml", () => "k: x\n", undefined],
  ["a.json", (s: string) => `{"k": "${s}"}`, "the file is no JSON any more"],
  ["a.json", (s: string) => JSON.stringify({ k: s, l: [s] }), undefined],
  ["a.sh", (s: string) => `k="${s}"\n`, undefined],
])("%s", (destination, write, expected) => {
  expect(said(destination, write)).toBe(expected);
});

test.each([
  ["db.password", true],
  ["uaa.client_secret", true],
  ["secrets", true],
  ["api.token", true],
  ["password.length", false],
  ["tls.ca", false],
  ["token_ttl", false],
])("%s is a secret: %p", (name, is) => {
  expect(isSecret(name)).toBe(is);
});
