/** What a template asks for, seen without running it. */
import type { Node } from "@ruby/prism/src/nodes.js";
import {
  ArrayNode,
  BeginNode,
  CallNode,
  IfNode,
  InterpolatedStringNode,
  SelfNode,
  StringNode,
  UnlessNode,
} from "@ruby/prism/src/nodes.js";
import { toRuby } from "./erb.ts";
import type { Parse } from "./ruby/prism.ts";

interface Placed {
  /** In bytes of the template. */
  readonly offset: number;
  readonly length: number;
}

export interface PropertyUse extends Placed {
  readonly kind: "property";
  /** `p` fails where nothing has a value, the others do without. */
  readonly helper: "p" | "if_p";
  readonly names: readonly string[];
  /** Beginnings of names that are made when the template runs; "" may be any. */
  readonly prefixes: readonly string[];
  /** Whether `p` has a second argument. */
  readonly hasFallback: boolean;
}

export interface LinkUse extends Placed {
  readonly kind: "link";
  readonly helper: "link" | "if_link";
  /** Undefined when it is made when the template runs. */
  readonly name: string | undefined;
  /** Whether it stands where the template has made sure of something before. */
  readonly guarded: boolean;
}

/** `properties`, `raw_properties`, `spec.properties`: everything may be read. */
export interface RawUse extends Placed {
  readonly kind: "raw";
}

export type Use = PropertyUse | LinkUse | RawUse;

export interface SyntaxProblem extends Placed {
  readonly message: string;
}

export interface Usage {
  readonly uses: readonly Use[];
  readonly problems: readonly SyntaxProblem[];
}

export function usageOf(template: Uint8Array, parse: Parse): Usage {
  const { value, errors } = parse(new TextDecoder().decode(toRuby(template)));
  const uses: Use[] = [];
  visit(value, { guarded: false }, uses);
  const problems = errors.map(({ message, location: { startOffset, length } }) => ({
    message,
    offset: startOffset,
    length,
  }));
  return { uses, problems };
}

interface Surroundings {
  readonly guarded: boolean;
}

function visit(node: Node, around: Surroundings, uses: Use[]): void {
  if (node instanceof CallNode) uses.push(...usesOf(node, around));
  const guards =
    node instanceof IfNode ||
    node instanceof UnlessNode ||
    (node instanceof BeginNode && node.rescueClause !== null) ||
    (node instanceof CallNode && /^(?:else_)?if_link$/.test(node.name));
  const within = guards ? { guarded: true } : around;
  for (const child of node.compactChildNodes()) visit(child, within, uses);
}

function usesOf(call: CallNode, { guarded }: Surroundings): Use[] {
  const {
    name,
    receiver,
    location: { startOffset, length },
  } = call;
  const place = { offset: startOffset, length };
  const own = receiver === null || receiver instanceof SelfNode;
  const args = call.arguments_?.arguments_ ?? [];
  if ((name === "p" && own) || (name === "if_p" && own)) {
    return [propertyUse(name, args, placeOf(args) ?? place)];
  }
  if (name === "else_if_p" && isContexts(call)) {
    return [propertyUse("if_p", args, placeOf(args) ?? place)];
  }
  const isElseIfLink = name === "else_if_link" && isContexts(call);
  if (((name === "link" || name === "if_link") && own) || isElseIfLink) {
    const helper = name === "link" ? "link" : "if_link";
    return [{ kind: "link", helper, name: textOf(args[0]), guarded, ...(placeOf(args) ?? place) }];
  }
  const ofSpec = receiver instanceof CallNode && receiver.name === "spec";
  const isRaw = (name === "properties" && (own || ofSpec)) || (name === "raw_properties" && own);
  return isRaw ? [{ kind: "raw", ...place }] : [];
}

/** Whether a chain of `end.else_if_p` begins at the job's own `if_p` and not at a link's. */
function isContexts(call: CallNode): boolean {
  let root: Node | null = call;
  while (root instanceof CallNode && root.receiver !== null) root = root.receiver;
  return root instanceof CallNode && /^if_(?:p|link)$/.test(root.name);
}

function propertyUse(helper: "p" | "if_p", args: readonly Node[], place: Placed): PropertyUse {
  const given = helper === "p" ? args.slice(0, 1) : args;
  const parts = given.flatMap((arg) => (arg instanceof ArrayNode ? arg.elements : [arg]));
  const names = parts.flatMap((part) => textOf(part) ?? []);
  const prefixes = parts.filter((part) => textOf(part) === undefined).map(prefixOf);
  const hasFallback = helper === "p" && args.length > 1;
  return { kind: "property", helper, names, prefixes, hasFallback, ...place };
}

function placeOf([first]: readonly Node[]): Placed | undefined {
  return first && { offset: first.location.startOffset, length: first.location.length };
}

function textOf(node: Node | undefined): string | undefined {
  return node instanceof StringNode ? node.unescaped.value : undefined;
}

function prefixOf(node: Node): string {
  return node instanceof InterpolatedStringNode ? (textOf(node.parts[0]) ?? "") : "";
}
