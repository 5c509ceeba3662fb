/**
 * What may stand in a bpm.yml: the one source for the decoder's table of fields, for the check that
 * is compiled into bpm, for the JSON Schema in docs/, and for the words about an invalid file.
 *
 * Importing arktype takes longer than starting a process does. So what a valid file needs is
 * derived from this module while bpm is being built (schema-macro.ts); only explain.ts loads it.
 */
import { type } from "arktype";
import { memoryMessage, memoryPattern } from "../decode/memory.ts";

declare global {
  interface ArkEnv {
    meta(): {
      /** Which of Go's integer types a number has to fit. */
      integer?: "int64" | "uint64";
      /** As an item of a list: null is an error, rather than dropped. */
      neverNull?: boolean;
    };
  }
}

/** Numbers are decoded to bigint, because a limit may be as large as 2^64-1. */
const uint64 = type("bigint").configure({ integer: "uint64" });
const int64 = type("bigint").configure({ integer: "int64" });

const volume = type({
  path: type("string").describe(
    "Absolute path, the same inside and outside. In additional_volumes it must be below " +
      "/var/vcap; in unrestricted_volumes it may be anywhere, and a glob.",
    "self",
  ),
  "writable?": type("boolean").describe("Whether the process may write to it.", "self"),
  "allow_executions?": type("boolean").describe("Whether files in it may be executed.", "self"),
  "mount_only?": type("boolean").describe(
    "Only mount it: neither create it when it is missing, nor give it to vcap.",
    "self",
  ),
  "shared?": type("boolean").describe(
    "Share what is mounted below it, in both directions, with the host and the other processes.",
    "self",
  ),
});

const hooks = type({
  "pre_start?": type("string").describe(
    "Path of an executable that bpm runs as root, on the host, before every start.",
    "self",
  ),
});

const limits = type({
  "memory?": type(memoryPattern)
    .configure({ message: memoryMessage })
    .or("null")
    .describe("Memory for all its tasks together, with a unit, such as 512M or 1.5G.", "self"),
  "open_files?": uint64.or("null").describe("Files that each task may have open.", "self"),
  "processes?": int64
    .or("null")
    .describe(
      "Tasks that may exist at once, the init of the sandbox included. 0 or less is no limit.",
      "self",
    ),
  "core_file_size?": uint64.or("null").describe("Largest core file, in bytes.", "self"),
});

const unsafe = type({
  "privileged?": type("boolean").describe(
    "Run as root, with nearly all capabilities and without the system call filter.",
    "self",
  ),
  "unrestricted_volumes?": volume
    .array()
    .or("null")
    .describe(
      "Volumes with any path. The path may be a glob; what it matches at the start is mounted.",
      "self",
    ),
  "host_pid_namespace?": type("boolean").describe("See the processes of the host.", "self"),
});

const process = type({
  name: type("string > 0")
    .configure({ message: "invalid config: name" })
    .describe("Name of the process, unique within the job.", "self"),
  executable: type("string > 0")
    .configure({ message: "invalid config: executable" })
    .describe("Path of the program to run.", "self"),
  "args?": type("string[] | null").describe(
    "Arguments for the program. No shell sees them.",
    "self",
  ),
  "env?": type("Record<string, string> | null").describe(
    "Environment of the process. TMPDIR, LANG, PATH and HOME have defaults.",
    "self",
  ),
  "workdir?": type("string").describe(
    "Working directory; /var/vcap/jobs/JOB if not given.",
    "self",
  ),
  "hooks?": hooks.or("null").describe("What bpm runs around the process.", "self"),
  "capabilities?": type("string[] | null").describe(
    "Linux capabilities that the process keeps, without the CAP_ prefix, such as NET_BIND_SERVICE.",
    "self",
  ),
  "limits?": limits.or("null").describe("Limits. What is not given is not limited.", "self"),
  "ephemeral_disk?": type("boolean").describe(
    "Make /var/vcap/data/JOB available and writable.",
    "self",
  ),
  "persistent_disk?": type("boolean").describe(
    "Make /var/vcap/store/JOB available and writable. The instance must have a persistent disk.",
    "self",
  ),
  "additional_volumes?": volume
    .array()
    .or("null")
    .describe(
      "Further directories and files below /var/vcap to mount. Missing ones are created.",
      "self",
    ),
  "unsafe?": unsafe.or("null").describe("What weakens the sandbox.", "self"),
  "shutdown_signal?": type("'TERM' | 'INT' | ''")
    .configure({ message: ({ data }) => shutdownSignalMessage(data) })
    .describe("Signal that asks the process to end; TERM if not given.", "self"),
}).configure({ neverNull: true }, "self");

function shutdownSignalMessage(signal: unknown): string {
  const expected = "'TERM' or 'INT' (or left unspecified)";
  return `shutdown signal should either be ${expected}, but got '${signal}'`;
}

/** The whole file. Absent properties are decoded to null, "" or false, as in Go. */
export const jobFile = type({
  "processes?": process.array().or("null").describe("The processes of the job.", "self"),
});
