//! The documents that TypeScript sends. These structures are the schema: std.json refuses unknown
//! and missing fields, so that the two sides cannot drift apart unnoticed.
//!
//! Everything is decided here already: absolute paths, numbers, order. Nothing is interpreted.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

/// NUL-terminated text without a NUL inside, as every system call wants it.
pub const Text = struct {
    z: [:0]const u8,

    pub fn jsonParse(allocator: std.mem.Allocator, source: anytype, options: std.json.ParseOptions) !Text {
        const text = try std.json.innerParse([:0]const u8, allocator, source, options);
        if (std.mem.indexOfScalar(u8, text, 0) != null) return error.InvalidCharacter;
        return .{ .z = text };
    }
};

/// An absolute path.
pub const Path = struct {
    z: [:0]const u8,

    pub fn jsonParse(allocator: std.mem.Allocator, source: anytype, options: std.json.ParseOptions) !Path {
        const text = try Text.jsonParse(allocator, source, options);
        if (text.z.len == 0 or text.z[0] != '/' or text.z.len >= 4096) return error.InvalidCharacter;
        return .{ .z = text.z };
    }
};

/// A u64 as decimal text (a JavaScript number has 53 bits), or "unlimited".
pub const Limit = struct {
    value: u64,

    pub fn jsonParse(allocator: std.mem.Allocator, source: anytype, options: std.json.ParseOptions) !Limit {
        const text = try std.json.innerParse([]const u8, allocator, source, options);
        if (std.mem.eql(u8, text, "unlimited")) return .{ .value = linux.RLIM_INFINITY };
        return .{ .value = try std.fmt.parseInt(u64, text, 10) };
    }
};

pub const Resource = enum(u32) { core = 4, nofile = 7 };
pub const Rlimit = struct { resource: Resource, soft: Limit, hard: Limit };

pub const MountType = enum { bind, proc, tmpfs, devpts, mqueue, sysfs, cgroup, cgroup2 };
pub const Propagation = enum { private, slave, shared };
pub const MountOption = struct { key: Text, value: Text };

pub const Mount = struct {
    type: MountType,
    /// bind: a path on the host; otherwise the name shown in mountinfo.
    source: Text,
    target: Path,
    recursive: bool,
    read_only: bool,
    no_exec: bool,
    no_suid: bool,
    no_dev: bool,
    propagation: Propagation,
    /// bind: if the source is a device node, it can be used, and read or written as the mount can.
    device_node: bool,
    /// Parameters of a new file system, for fsconfig(2).
    options: []const MountOption,

    pub fn attributes(self: Mount) u32 {
        var set: u32 = 0;
        if (self.read_only) set |= linux.MOUNT_ATTR_RDONLY;
        if (self.no_exec) set |= linux.MOUNT_ATTR_NOEXEC;
        if (self.no_suid) set |= linux.MOUNT_ATTR_NOSUID;
        if (self.no_dev) set |= linux.MOUNT_ATTR_NODEV;
        return set;
    }
};

pub const Device = struct { path: Path, major: u32, minor: u32, mode: u32 };
pub const Symlink = struct { path: Path, target: Text };

/// One leaf in one hierarchy, and what is written to its files before the process enters.
pub const Cgroup = struct {
    version: u8,
    directory: Path,
    /// The unit of systemd's that the leaf's parent is the cgroup of; it is started first.
    scope: ?Scope,
    /// A cgroup beside the leaf that the parent's own processes are moved to first.
    refuge: ?Path,
    settings: []const CgroupSetting,
    /// Which devices may be used, beside those that are volumes; null for all, and where another
    /// leaf sees to it.
    devices: ?[]const DeviceRule,
};
pub const CgroupSetting = struct { file: Text, value: Text, optional: bool };
pub const Scope = struct { unit: Text, description: Text };

pub const DeviceKind = enum { character, block };
/// A number that is null stands for all. They have as many bits as the kernel's dev_t gives them.
pub const DeviceRule = struct {
    kind: DeviceKind,
    major: ?u20,
    minor: ?u20,
    read: bool,
    write: bool,
    make: bool,
};

pub const Launch = struct {
    id: Text,
    executable: Text,
    argv: []const Text,
    env: []const Text,
    workdir: Path,
    uid: u32,
    gid: u32,
    host_pid_namespace: bool,
    root_read_only: bool,
    /// Parents first. One at "/" is the root itself.
    mounts: []const Mount,
    devices: []const Device,
    symlinks: []const Symlink,
    masked_paths: []const Path,
    readonly_paths: []const Path,
    capabilities: []const u6,
    no_new_privileges: bool,
    seccomp: bool,
    rlimits: []const Rlimit,
    cgroups: []const Cgroup,

    pub fn confinement(self: Launch) Confinement {
        var part: Confinement = undefined;
        inline for (std.meta.fields(Confinement)) |field| {
            @field(part, field.name) = @field(self, field.name);
        }
        return part;
    }
};

/// What a process has to be before it executes anything of the job's, wherever it runs.
pub const Confinement = struct {
    workdir: Path,
    uid: u32,
    gid: u32,
    capabilities: []const u6,
    no_new_privileges: bool,
    seccomp: bool,
    rlimits: []const Rlimit,
};

/// Descriptors of the calling process; -1 where there is none.
pub const LaunchRequest = struct {
    plan: Launch,
    /// -1: a pipe is made, and its reading end returned.
    stdout: i32,
    stderr: i32,
    /// What the init writes when the main process ends, and the pidfile it then empties.
    exit_record: i32,
    pidfile: i32,
    die_with_parent: bool,
};
pub const LaunchResponse = struct {
    pid: i32,
    /// Clock ticks since boot, field 22 of proc_pid_stat(5); with the pid it names the process.
    start_time: []const u8,
    pidfd: i32,
    stdout: i32,
    stderr: i32,
};

pub const PrepareKind = enum { directory, volume, file, lock, shared, mount };

/// One step on the host's side. Each kind has those of the fields that it needs.
pub const PrepareStep = struct {
    kind: PrepareKind,
    path: Path,
    mode: u32 = 0,
    uid: u32 = 0,
    gid: u32 = 0,
    /// Mode of the directories that are made on the way to a directory.
    on_the_way: u32 = 0o755,
    /// A directory or volume that is there keeps its owner and mode; only one that is made gets them.
    keep: bool = false,
    /// Fail where nothing can be written in the directory.
    writable: bool = false,
    /// Trees of which a volume takes nothing over, whatever name it goes by.
    spared: []const Path = &.{},
    type: MountType = .tmpfs,
    options: []const MountOption = &.{},
};
pub const PrepareRequest = struct { steps: []const PrepareStep };
/// A descriptor for each step: O_PATH for directories and volumes, writable for files.
pub const PrepareResponse = struct { fds: []const i32 };

/// `path` is what a failure is told of.
pub const LockRequest = struct { fd: i32, path: Path, wait: bool };
pub const LockResponse = struct { acquired: bool };

pub const HookRequest = struct {
    executable: Text,
    env: []const Text,
    stdout: i32,
    stderr: i32,
};
/// The guard, which passes an end on to the hook, and the descriptor that tells of the hook's end.
pub const HookResponse = struct { pid: i32, start_time: []const u8, result: i32 };

pub const AwaitHookRequest = struct { pid: i32, result: i32 };
pub const AwaitHookResponse = struct { exit_code: ?u8, signal: ?u8, told_to_end: bool };

pub const SignalRequest = struct {
    pid: i32,
    start_time: Text,
    /// 0 sends nothing and only waits.
    signal: u32,
    wait_ms: i32,
};
pub const SignalResponse = struct { gone: bool };

/// A leaf that was made earlier. With a unit, its parent is that unit's cgroup, and goes with it.
pub const CgroupRef = struct { version: u8, directory: Path, unit: ?Text };
pub const DestroyRequest = struct { cgroups: []const CgroupRef };
pub const DestroyResponse = struct {};

pub const ProbeRequest = struct {
    /// Whom a child that gives up its privileges becomes.
    uid: u32,
    gid: u32,
    /// Whether to look which controllers a mount of cgroup v2 would show.
    unified: bool,
};
/// What is tried, in this order.
pub const Feature = enum(u32) {
    openat2,
    pidfd,
    pidfd_send_signal,
    memfd,
    flock,
    signalfd,
    bpf_devices,
    systemd,
    clone3,
    clone_into_cgroup,
    mount_namespace,
    uts_namespace,
    ipc_namespace,
    pid_namespace,
    setns,
    private_mounts,
    keyring,
    open_tree,
    mount_setattr,
    proc,
    devpts,
    mqueue,
    sysfs,
    tmpfs,
    device_nodes,
    pivot_root,
    close_range,
    drop_privileges,
    no_new_privs,
    seccomp,
    execveat,
};

pub const FeatureOutcome = struct { name: Feature, errno: i32 };
/// `controllers` is the text of cgroup.controllers; empty unless it was asked for.
pub const ProbeResponse = struct { features: []const FeatureOutcome, controllers: []const u8 };

/// The programs that bpm can give its place to.
pub const Program = enum { supervise, enter };

pub const BecomeRequest = struct {
    program: Program,
    argv: []const Text,
    /// Descriptors that the document names.
    keep: []const i32,
    document: Text,
};
pub const BecomeResponse = struct {};
