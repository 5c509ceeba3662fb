/** One virtual machine, from power on to power off, emulated in software: that works anywhere. */

import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./image.ts";

export const guestLayouts = ["v2", "v1", "hybrid"] as const;
export type GuestLayout = (typeof guestLayouts)[number];

/** How systemd is told which cgroups to use: kernel-command-line(7). */
const layoutArguments: Readonly<Record<GuestLayout, readonly string[]>> = {
  v2: ["systemd.unified_cgroup_hierarchy=1"],
  v1: ["systemd.unified_cgroup_hierarchy=0", "systemd.legacy_systemd_cgroup_controller=1"],
  hybrid: ["systemd.unified_cgroup_hierarchy=0", "systemd.legacy_systemd_cgroup_controller=0"],
};

/** What only costs time under emulation: random addresses keep translated code from its reuse. */
const faster = [
  "norandmaps",
  "nokaslr",
  "mitigations=off",
  "cryptomgr.notests",
  "random.trust_cpu=1",
];

const bootSeconds = 120;
const boots = 3;

export interface GuestRun {
  readonly image: Image;
  readonly layout: GuestLayout;
  /** The project's disk. */
  readonly disk: string;
  /** For files of this run. */
  readonly directory: string;
  /** It is powered off after these. */
  readonly minutes: number;
}

/**
 * Runs the guest to its end, and prints what its tests print, each line with its layout. A guest
 * that hangs on its way up, as an emulated one does now and then, is started again.
 */
export async function runGuest(options: GuestRun): Promise<void> {
  for (let boot = 1; boot <= boots; boot += 1) {
    if (await runOnce(options)) return;
    console.log(`${options.layout}: did not come up (${boot} of ${boots}); its console says:`);
    for (const file of [messagesFile(options), consoleFile(options)]) console.log(endOf(file));
  }
  throw new Error("no guest came up");
}

/** Whether the tests began. */
async function runOnce(options: GuestRun): Promise<boolean> {
  const messages = openSync(messagesFile(options), "w");
  // Whoever ends the tests ends their guests.
  const child = Bun.spawn(["setpriv", "--pdeathsig=KILL", "nice", ...command(options)], {
    env: { ...process.env, TMPDIR: options.directory },
    stdio: ["ignore", "pipe", messages],
  });
  closeSync(messages);
  let begun = false;
  const patience = setTimeout(() => begun || child.kill("SIGKILL"), bootSeconds * 1000);
  const limit = setTimeout(() => {
    console.log(`${options.layout}: not done after ${options.minutes} minutes`);
    child.kill("SIGKILL");
  }, options.minutes * 60_000);
  for await (const line of lines(child.stdout)) {
    begun = true;
    console.log(`${options.layout}: ${line}`);
  }
  await child.exited;
  clearTimeout(patience);
  clearTimeout(limit);
  return begun;
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

function command({ image, layout, disk, ...options }: GuestRun): string[] {
  const kernelArguments = [
    "root=/dev/nvme0n1",
    "rw",
    "quiet",
    "panic=-1",
    "console=ttyS0",
    ...faster,
    ...layoutArguments[layout],
  ];
  return [
    "qemu-system-x86_64",
    "-nodefaults",
    "-no-user-config",
    "-no-reboot",
    "-display",
    "none",
    // cx16: QEMU 7.2 emulates CMPXCHG16B wrongly now and then, which newer kernels die of.
    "-machine",
    "q35",
    "-accel",
    "tcg,thread=multi",
    "-cpu",
    "max,la57=off,cx16=off",
    "-smp",
    "2",
    "-m",
    "2048",
    "-kernel",
    image.kernel,
    "-append",
    kernelArguments.join(" "),
    ...nvme("root", `${image.root},snapshot=on`),
    ...nvme("project", disk),
    "-serial",
    `file:${consoleFile(options)}`,
    // The second line carries what the tests print.
    "-chardev",
    "stdio,id=tests,signal=off",
    "-serial",
    "chardev:tests",
  ];
}

function nvme(name: string, file: string): string[] {
  const drive = `if=none,id=${name},format=raw,cache=unsafe,file=${file}`;
  return ["-drive", drive, "-device", `nvme,drive=${name},serial=${name}`];
}

function endOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(-20).join("\n") : "";
}

function messagesFile({ directory }: Pick<GuestRun, "directory">): string {
  return join(directory, "qemu.log");
}

function consoleFile({ directory }: Pick<GuestRun, "directory">): string {
  return join(directory, "console.log");
}
