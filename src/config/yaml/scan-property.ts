/** Reads anchors, aliases, tags and directives. */
import { type Reader, YamlError } from "./reader.ts";
import type { Mark, NameToken, TagDirective, TagToken } from "./tokens.ts";

const name = /[\w-]+/y;
const behindName = /[ \t\n\u2028\u2029?:,\]}%@`]|$/y;

/** `&name` or `*name` */
export function scanName(reader: Reader, kind: NameToken["kind"]): NameToken {
  const offset = reader.at;
  const sign = reader.next;
  reader.at += 1;
  const text = reader.take(name);
  if (text !== "" && reader.sees(behindName)) return { kind, offset, end: reader.at, text };
  const written = sign + text + reader.take(/[^ \t\n\u2028\u2029]*/y);
  const message = `the ${kind} ${written} may have only letters, digits, - and _`;
  throw new YamlError(offset, message);
}

const handlePattern = /![\w-]*!?/y;
const uri = /(?:[\w\-;/?:@&=+$,.!~*'()[\]]|%[\da-fA-F]{2})*/y;
const isHandle = /^!.*!$/;

/** `!<tag>`, `!handle!suffix`, `!suffix` or `!` */
export function scanTag(reader: Reader): TagToken {
  const offset = reader.at;
  let handle = "";
  let suffix = "";
  if (reader.take(/!</y) !== "") {
    suffix = takeUri(reader, offset);
    if (suffix === "" || reader.take(/>/y) === "") throw badTag(offset);
  } else {
    handle = reader.take(handlePattern);
    suffix = takeUri(reader, offset);
    if (!isHandle.test(handle)) [handle, suffix] = ["!", handle.slice(1) + suffix];
    else if (suffix === "") throw badTag(offset);
    if (suffix === "") [handle, suffix] = ["", "!"];
  }
  if (!reader.isBlank(0)) throw badTag(offset);
  return { kind: "tag", offset, end: reader.at, handle, suffix };
}

function takeUri(reader: Reader, offset: number): string {
  try {
    return decodeURIComponent(reader.take(uri));
  } catch (error) {
    if (error instanceof URIError) throw badTag(offset);
    throw error;
  }
}

function badTag(offset: number): YamlError {
  return new YamlError(offset, "this tag has a character that no tag may have; put it in quotes");
}

const version = /%YAML[ \t]+1\.0?1/y;
const tagDirective = /%TAG[ \t]+(?=!)/y;
const restOfDirective = /[ \t]*(?:#[^\n\u2028\u2029]*)?(?=[\n\u2028\u2029]|$)/y;

/** `%YAML 1.1` or `%TAG !handle! prefix` */
export function scanDirective(reader: Reader): Mark | TagDirective {
  const offset = reader.at;
  let directive: Mark | TagDirective | undefined;
  if (reader.take(version) !== "") {
    directive = { kind: "version", offset, end: reader.at };
  } else if (reader.take(tagDirective) !== "") {
    const handle = reader.take(handlePattern);
    const isBlank = reader.take(/[ \t]+/y) !== "";
    const prefix = takeUri(reader, offset);
    if ((handle === "!" || isHandle.test(handle)) && isBlank && prefix !== "") {
      directive = { kind: "tag-directive", offset, end: reader.at, handle, prefix };
    }
  }
  if (!directive || !reader.sees(restOfDirective)) {
    throw new YamlError(offset, "only the directives %YAML 1.1 and %TAG are known");
  }
  reader.take(restOfDirective);
  reader.takeBreak();
  return directive;
}
