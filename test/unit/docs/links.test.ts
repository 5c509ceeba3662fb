/** What the pages point at is there: other pages and their headings, files, commands. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { bpm } from "../../../src/commands/index.ts";
import { anchor, codeBlocks, page, sections } from "../../support/markdown.ts";
import { projectDirectory } from "../../support/product.ts";

const pages = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "docs/*.md"].flatMap((pattern) =>
  [...new Bun.Glob(pattern).scanSync({ cwd: projectDirectory })].sort(),
);

const withoutCode = (text: string) => text.replace(/^```[^]*?^```$/gm, "");

describe.each(pages)("%s", (path) => {
  const text = page(path);

  test("links lead somewhere", () => {
    const matches = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)];
    const links = matches.map(([, target = ""]) => target);
    const broken = links.filter((link) => {
      if (link.startsWith("https://")) return false;
      const [file = "", heading] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(projectDirectory, target))) return true;
      return (
        heading !== undefined &&
        !sections(page(target)).some(({ title }) => anchor(title) === heading)
      );
    });
    expect(broken).toEqual([]);
  });

  test("files of the project are there", () => {
    const named = [...text.matchAll(/`((?:src|zig|test|docs|\.ci)\/[\w./-]+)`/g)];
    const files = named.map(([, file = ""]) => file).filter((file) => !file.includes("zig-out"));
    expect(files.filter((file) => !existsSync(join(projectDirectory, file)))).toEqual([]);
  });

  test("files of the project that it names exist", () => {
    const named = [...withoutCode(text).matchAll(/`((?:src|zig|test|docs|dist)\/[^`\s]+)`/g)]
      .map(([, file = ""]) => file)
      .filter((file) => !file.startsWith("dist/"));
    expect(named.filter((file) => !existsSync(join(projectDirectory, file)))).toEqual([]);
  });

  test("commands that it shows exist", () => {
    const consoles = codeBlocks(text).filter(({ language }) => language === "console");
    const inConsoles = consoles.flatMap(({ text: shown }) => {
      return shown.match(/^\$ (?:sudo )?bpm .*$/gm) ?? [];
    });
    const inline = withoutCode(text).match(/`bpm [a-z][^`]*`/g) ?? [];
    const names = [...inConsoles, ...inline].map(
      (line) => /bpm (\S+)/.exec(line.replaceAll("`", ""))?.[1] ?? "",
    );
    expect(names.filter((name) => !Object.hasOwn(bpm.commands, name))).toEqual([]);
  });
});
