/** Hosts of every kind, one a row, each with what is to be complained of, as `level code`. */
import type { Facts } from "../../../src/doctor/facts.ts";
import { container, directory, facts, host, missing, v1, v2, v2InContainer } from "./fixtures.ts";
import { dumping, limited, type Row } from "./limit-rows.ts";

const base = facts();
export const failing = (failures: Facts["kernel"]["failures"]) => ({ failures, rosetta: false });
const install = (different: Partial<Facts["install"]>) => ({ ...base.install, ...different });
export const remains = (different: Partial<Facts["remains"]>) => ({
  ...base.remains,
  ...different,
});
const directories = (...different: Facts["directories"]) =>
  base.directories.map((one) => different.find(({ name }) => name === one.name) ?? one);

const sound: Row[] = [
  ["Noble: v2 with systemd", {}, []],
  ["Jammy: v1 with systemd", { host: host({ release: "5.15.0-140" }), cgroups: v1() }, []],
  ["Jammy: hybrid", { cgroups: v1(undefined, { hybrid: true }) }, []],
  [
    "Resolute: bpm in the image, behind a link",
    {
      install: install({
        executable: "/usr/libexec/bpm/bpm",
        command: { path: "/var/vcap/jobs/bpm/bin/bpm", target: "/usr/libexec/bpm/bpm" },
      }),
    },
    [],
  ],
  ["a container with a cgroup namespace", { host: container, cgroups: v2InContainer() }, []],
  ["arm64", { host: host({ arch: "arm64" }) }, []],
];

const kernels: Row[] = [
  [
    "older than what bpm is tried on",
    { host: host({ release: "5.4.0-1" }) },
    ["warning kernel-old"],
  ],
  ["newer, of two digits", { host: host({ release: "10.1.0" }) }, []],
  ["without seccomp", { kernel: failing({ seccomp: "EINVAL" }) }, ["problem no-seccomp"]],
  [
    "without seccomp, under Rosetta, where it is not used",
    {
      kernel: { failures: { seccomp: "EINVAL" }, rosetta: true },
    },
    ["warning rosetta"],
  ],
  [
    "without namespaces, where nothing else could be tried",
    {
      kernel: failing({
        pid_namespace: "EINVAL",
        proc: "ECANCELED",
        tmpfs: "ECANCELED",
        seccomp: "ECANCELED",
      }),
    },
    ["problem no-pid-namespace", "note feature-untried", "note feature-untried"],
  ],
  [
    "with a library that reports next to nothing",
    {
      kernel: { failures: {}, reported: ["seccomp", "systemd", "device_nodes"], rosetta: false },
    },
    Array(5).fill("problem feature-unreported"),
  ],
  ["without BPF on v2", { kernel: failing({ bpf_devices: "EINVAL" }) }, ["problem no-bpf-devices"]],
  [
    "without BPF on v1, which has a devices controller",
    {
      cgroups: v1(undefined, { hybrid: true }),
      kernel: failing({ bpf_devices: "EINVAL" }),
    },
    [],
  ],
  [
    "without BPF in a user namespace, where devices are a matter of the machine around",
    {
      host: host({ container: true, initialUserNamespace: false }),
      cgroups: v2InContainer(),
      kernel: failing({ bpf_devices: "EPERM", device_nodes: "EPERM" }),
    },
    ["warning user-namespace", "problem no-device-nodes"],
  ],
  [
    "without clones into cgroups on v2",
    { kernel: failing({ clone_into_cgroup: "E2BIG" }) },
    ["problem no-clone-into-cgroup"],
  ],
  [
    "without clones into cgroups on v1, which has its own way",
    {
      cgroups: v1(),
      kernel: failing({ clone_into_cgroup: "E2BIG" }),
    },
    [],
  ],
  [
    "with a systemd that does not listen",
    { kernel: failing({ systemd: "ECONNREFUSED" }) },
    ["problem no-systemd"],
  ],
  [
    "without systemd where it is not needed",
    {
      host: container,
      cgroups: v2InContainer(),
      kernel: failing({ systemd: "ENOENT" }),
    },
    [],
  ],
];

const hierarchies: Row[] = [
  [
    "without cgroups",
    {
      cgroups: { ...v1([]), swap: { total: 0, accounted: undefined } },
    },
    [
      "warning no-cgroups",
      "warning cgroup-controller-missing",
      "warning cgroup-controller-missing",
      "warning device-filter-missing",
    ],
  ],
  [
    "of v1 without devices",
    { cgroups: v1(["memory", "pids", "freezer"]) },
    ["warning device-filter-missing"],
  ],
  [
    "of v1 without memory and freezer",
    { cgroups: v1(["pids", "devices"]) },
    ["warning cgroup-controller-missing", "note no-freezer"],
  ],
  [
    "of v2 without memory, which the container is not given",
    {
      host: container,
      cgroups: v2InContainer({ controllers: ["pids"] }),
    },
    ["warning cgroup-controller-missing"],
  ],
  [
    "in a container that shows none, which a start will mount",
    {
      host: container,
      cgroups: { ...v2InContainer(), toMount: ["/sys/fs/cgroup"] },
    },
    ["note cgroup-to-mount"],
  ],
  [
    "in a container that has them read-only",
    {
      host: container,
      cgroups: { ...v2InContainer(), hierarchies: [], readOnly: ["/sys/fs/cgroup"] },
    },
    [
      "warning cgroup-read-only",
      "warning cgroup-controller-missing",
      "warning cgroup-controller-missing",
      "warning device-filter-missing",
    ],
  ],
  [
    "where root may make none",
    { cgroups: v2InContainer({ refused: "EACCES" }) },
    ["problem cgroup-refused"],
  ],
  [
    "where processes have to make room",
    {
      host: container,
      cgroups: v2InContainer({ refuge: "/sys/fs/cgroup/init", occupied: true }),
    },
    ["note cgroup-refuge"],
  ],
  [
    "where processes cannot make room",
    {
      host: container,
      cgroups: v2InContainer({ occupied: true }),
    },
    ["warning cgroup-occupied"],
  ],
  [
    "without swap accounting",
    {
      cgroups: { ...v1(), swap: { total: 2 ** 30, accounted: false } },
    },
    ["warning swap-not-accounted"],
  ],
  [
    "without swap accounting and without swap",
    {
      cgroups: { ...v1(), swap: { total: 0, accounted: false } },
    },
    [],
  ],
  [
    "where no cgroup shows whether swap is accounted",
    {
      cgroups: { ...v2(), swap: { total: 2 ** 30, accounted: undefined } },
    },
    ["note swap-unknown"],
  ],
];

const boshes: Row[] = [
  [
    "without vcap",
    {
      user: { message: "user vcap does not exist" },
      jobs: { ...base.jobs, untried: "for want of vcap" },
    },
    ["problem no-user", "note jobs-untried"],
  ],
  ["with a vcap that is root", { user: { uid: 0, gid: 0 } }, ["warning user-root"]],
  [
    "without BOSH",
    { directories: [missing(""), missing("jobs"), missing("packages")] },
    ["problem directory-missing"],
  ],
  [
    "without packages, jobs, and a persistent disk",
    {
      directories: directories(missing("packages"), missing("jobs"), missing("store")),
    },
    ["note directory-missing", "problem directory-missing", "note directory-missing"],
  ],
  [
    "where vcap may exchange the jobs",
    {
      directories: directories(
        directory("jobs", { exposed: ["/var/vcap"] }),
        directory("data", { exposed: ["/var/vcap"] }),
      ),
    },
    ["warning directory-exposed"],
  ],
  [
    "where vcap has placed a link",
    {
      directories: directories(missing("sys/run", "/var/vcap/sys")),
    },
    ["problem directory-link"],
  ],
  [
    "where a directory is a file",
    {
      directories: directories(directory("sys/log", { isDirectory: false })),
    },
    ["problem directory-kind"],
  ],
  [
    "with a disk that is full, or read-only",
    {
      directories: directories(
        directory("sys/run", { refused: "ENOSPC" }),
        directory("data", { refused: "EROFS" }),
        directory("packages", { refused: "EROFS" }),
      ),
    },
    ["problem directory-refused", "problem directory-refused"],
  ],
  [
    "with a bpm.yml that does not start",
    {
      jobs: { ...base.jobs, failures: [{ name: "web.worker", message: "no", hint: "do" }] },
    },
    ["problem job-unstartable"],
  ],
];

const installations: Row[] = [
  [
    "with a library of another build",
    {
      kernel: failing(undefined),
      install: install({ library: { message: "load libbpm.so: it is of another build" } }),
    },
    ["note kernel-untried", "problem library"],
  ],
  [
    "that others may change",
    { install: install({ exposed: ["/usr/libexec/bpm"] }) },
    ["warning install-exposed"],
  ],
  [
    "without the command of monit files",
    {
      install: install({ command: { path: "/var/vcap/jobs/bpm/bin/bpm", target: undefined } }),
    },
    ["warning command"],
  ],
  [
    "beside another bpm",
    {
      install: install({ command: { path: "/var/vcap/jobs/bpm/bin/bpm", target: "/opt/bpm" } }),
    },
    ["warning command"],
  ],
  [
    "without strace and bash",
    { tools: { strace: undefined, bash: false } },
    ["note no-bash", "note no-strace"],
  ],
];

export const web = { job: "web", process: "worker" };
const leaf = { ...web, directories: ["/cg/a", "/cg/b"] };
const left: Row[] = [
  [
    "a process that has failed",
    {
      remains: remains({
        states: [{ ...web, directory: "/s", kind: "ended", reason: "exit status 3" }],
      }),
    },
    ["note state-ended"],
  ],
  [
    "a state of another boot, and one that is damaged",
    {
      remains: remains({
        states: [
          { ...web, directory: "/s", kind: "of-another-boot", reason: "the machine was restarted" },
          { ...web, directory: "/t", kind: "unreadable", reason: "" },
        ],
      }),
    },
    ["note state-of-another-boot", "warning state-unreadable"],
  ],
  [
    "cgroups",
    {
      remains: remains({
        leaves: [
          { ...leaf, populated: true },
          { ...leaf, populated: false },
        ],
      }),
    },
    ["warning cgroup-unnamed", "note cgroup-empty"],
  ],
  [
    "a pidfile",
    { remains: remains({ pidfiles: [{ ...web, path: "/p", content: "7" }] }) },
    ["warning pidfile-stale"],
  ],
  [
    "mounts",
    {
      remains: remains({ mounts: { total: 4000, stacked: [{ path: "/m", count: 9 }] } }),
    },
    ["warning mounts-stacked", "warning mounts-many"],
  ],
];

export const groups: readonly [title: string, rows: readonly Row[]][] = [
  ["A host without fault", sound],
  ["A kernel", kernels],
  ["Cgroups", hierarchies],
  ["A BOSH machine", boshes],
  ["An installation", installations],
  ["A host", limited],
  ["A host sends", dumping],
  ["What is left", left],
];
