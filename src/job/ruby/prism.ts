/** Ruby's own parser. It is WebAssembly, and made ready when it is wanted for the first time. */

import { readFileSync } from "node:fs";
import type { ParseResult } from "@ruby/prism/src/deserialize.js";
import { parsePrism } from "@ruby/prism/src/parsePrism.js";
import wasm from "@ruby/prism/src/prism.wasm" with { type: "file" };

export type Parse = (source: string) => ParseResult;

/** The executable carries the file compressed: build.ts sees to it. */
function plain(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? Bun.gunzipSync(new Uint8Array(bytes)) : new Uint8Array(bytes);
}

/** A parser. What it imports from its host is only for messages that nobody reads. */
export function rubyParser(): Parse {
  const nothing = new Proxy({}, { get: () => () => 0 });
  const module = new WebAssembly.Module(plain(readFileSync(wasm)));
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: nothing });
  const { _initialize: initialize } = exports;
  if (typeof initialize === "function") initialize();
  return (source) => parsePrism(exports, source);
}
