//! What this kernel, and the container around bpm, lets bpm do. A version says little about what
//! was built in, backported or forbidden, so each thing is tried, in the way that a launch uses it.
//!
//! Nothing of it stays: what would change anything is done by a child in namespaces of its own,
//! which end with it.

const std = @import("std");
const capabilities = @import("../sandbox/capabilities.zig");
const clone = @import("../kernel/clone.zig");
const descriptors = @import("../kernel/descriptors.zig");
const identity = @import("../sandbox/identity.zig");
const linux = @import("../kernel/linux.zig");
const mounts = @import("../sandbox/mounts.zig");
const plan = @import("../documents/plan.zig");
const seccomp = @import("../sandbox/seccomp.zig");
const systemd = @import("../cgroup/systemd.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

const Feature = plan.Feature;
const Outcomes = std.EnumArray(Feature, linux.E);

/// The errno of each feature, 0 for those that work. ECANCELED: something before it has failed.
pub fn run(
    report: *Report,
    allocator: std.mem.Allocator,
    request: plan.ProbeRequest,
) Failed!plan.ProbeResponse {
    var outcomes = Outcomes.initFill(.CANCELED);
    tryHere(&outcomes);
    tryClones(&outcomes);
    try tryInside(report, request, &outcomes);
    const features = allocator.alloc(plan.FeatureOutcome, Outcomes.len) catch
        return report.fail(.allocate, "", .NOMEM);
    for (features, std.enums.values(Feature)) |*feature, name| {
        feature.* = .{ .name = name, .errno = @intFromEnum(outcomes.get(name)) };
    }
    const buffer = allocator.alloc(u8, controllers_max) catch return report.fail(.allocate, "", .NOMEM);
    const controllers = if (request.unified) unifiedControllers(buffer) else "";
    return .{ .features = features, .controllers = controllers };
}

const controllers_max = 1024;

/// Which controllers the hierarchy of cgroup v2 has that a start would mount. This mount is never
/// attached anywhere.
fn unifiedControllers(buffer: []u8) []const u8 {
    var ignored: Report = .{};
    const root = mounts.create(&ignored, fileSystem(.cgroup2, &.{})) catch return "";
    defer _ = linux.close(root);
    const flags: linux.O = .{ .CLOEXEC = true };
    const opened = linux.openat(root, "cgroup.controllers", flags, 0);
    if (linux.errno(opened) != .SUCCESS) return "";
    defer _ = linux.close(linux.asInt(opened));
    const len = linux.read(linux.asInt(opened), buffer.ptr, buffer.len);
    return if (linux.errno(len) == .SUCCESS) buffer[0..len] else "";
}

/// What leaves nothing but a descriptor.
fn tryHere(outcomes: *Outcomes) void {
    const path: linux.O = .{ .PATH = true, .CLOEXEC = true };
    const how: linux.open_how = .{
        .flags = @as(u32, @bitCast(path)),
        .resolve = linux.RESOLVE_NO_SYMLINKS,
    };
    outcomes.set(.openat2, closed(linux.openat2(linux.AT.FDCWD, "/", &how)));
    tryProcess(outcomes);
    outcomes.set(.signalfd, closed(linux.signalfd(0)));
    const Insn = linux.BPF.Insn;
    const allow_all = [_]Insn{ Insn.mov(.r0, 1), Insn.exit() };
    outcomes.set(.bpf_devices, closed(linux.loadDeviceProgram(&allow_all)));
    var report: Report = .{};
    tryFile(outcomes);
    outcomes.set(.systemd, made(&report, systemd.connect(&report)));
}

fn tryProcess(outcomes: *Outcomes) void {
    const opened = linux.pidfd_open(linux.getpid(), 0);
    outcomes.set(.pidfd, linux.errno(opened));
    if (linux.errno(opened) != .SUCCESS) return;
    defer _ = linux.close(linux.asInt(opened));
    outcomes.set(.pidfd_send_signal, linux.errno(linux.pidfd_send_signal(linux.asInt(opened), 0)));
}

fn tryFile(outcomes: *Outcomes) void {
    var report: Report = .{};
    const file = descriptors.sealed(&report, "bpm-probe", "", true) catch {
        return outcomes.set(.memfd, failure(&report));
    };
    defer _ = linux.close(file);
    outcomes.set(.memfd, .SUCCESS);
    outcomes.set(.flock, linux.errno(linux.flock(file, linux.LOCK_EX | linux.LOCK_NB)));
}

/// Children that do nothing.
fn tryClones(outcomes: *Outcomes) void {
    outcomes.set(.clone3, tryClone(linux.CLONE_PIDFD | linux.CLONE_CLEAR_SIGHAND));
    outcomes.set(.mount_namespace, tryClone(linux.CLONE_NEWNS));
    outcomes.set(.uts_namespace, tryClone(linux.CLONE_NEWUTS));
    outcomes.set(.ipc_namespace, tryClone(linux.CLONE_NEWIPC));
    outcomes.set(.pid_namespace, tryClone(linux.CLONE_NEWPID));
    // There is no such descriptor: a kernel that knows the flag says so, and clones nothing.
    const into_nothing = tryClone(linux.CLONE_INTO_CGROUP);
    outcomes.set(.clone_into_cgroup, if (into_nothing == .BADF) .SUCCESS else into_nothing);
}

fn tryClone(flags: u64) linux.E {
    var pidfd: linux.fd_t = -1;
    var args: linux.clone_args = .{
        .flags = flags,
        .pidfd = @intFromPtr(&pidfd),
        .exit_signal = linux.SIGCHLD,
    };
    if (flags & linux.CLONE_PIDFD == 0) args.pidfd = 0;
    if (flags & linux.CLONE_INTO_CGROUP != 0) args.cgroup = std.math.maxInt(i32);
    const child = clone.clone(args);
    if (child == 0) linux.exit_group(0);
    if (linux.errno(child) != .SUCCESS) return linux.errno(child);
    if (pidfd >= 0) _ = linux.close(pidfd);
    var ignored: Report = .{};
    _ = clone.wait(&ignored, linux.asInt(child)) catch {};
    return .SUCCESS;
}

/// One outcome, as the child tells it.
const Told = extern struct { feature: u32, errno: u32 };

/// What is done between clone and exec, by a child that does it and ends.
fn tryInside(report: *Report, request: plan.ProbeRequest, outcomes: *Outcomes) Failed!void {
    const pipe = try descriptors.pipe(report);
    defer _ = linux.close(pipe[0]);
    const child = clone.clone(.{
        .flags = linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWIPC |
            linux.CLONE_NEWPID | linux.CLONE_CLEAR_SIGHAND,
        .exit_signal = linux.SIGCHLD,
    });
    if (child == 0) inside(request, pipe[1]);
    _ = linux.close(pipe[1]);
    // Which namespace is missing was tried before.
    if (linux.errno(child) != .SUCCESS) return;
    var told: Told = undefined;
    while (receive(pipe[0], &told)) {
        outcomes.set(@enumFromInt(told.feature), @enumFromInt(told.errno));
    }
    // It has told all that it will; one that has become vcap already may have been stopped by vcap.
    _ = linux.kill(linux.asInt(child), linux.SIGKILL);
    _ = try clone.wait(report, linux.asInt(child));
}

/// Each is written at once and is smaller than PIPE_BUF, so it arrives whole.
fn receive(pipe: linux.fd_t, told: *Told) bool {
    while (true) {
        var events = [_]linux.pollfd{.{ .fd = pipe, .events = linux.POLL.IN, .revents = 0 }};
        if (linux.poll(&events, events.len, clone.patience.after_continue_ms) == 0) return false;
        const rc = linux.read(pipe, std.mem.asBytes(told), @sizeOf(Told));
        if (linux.errno(rc) != .INTR) return linux.errno(rc) == .SUCCESS and rc == @sizeOf(Told);
    }
}

const Child = struct {
    pipe: linux.fd_t,
    report: Report = .{},

    fn tell(self: Child, feature: Feature, code: linux.E) void {
        const told: Told = .{ .feature = @intFromEnum(feature), .errno = @intFromEnum(code) };
        _ = linux.write(self.pipe, std.mem.asBytes(&told), @sizeOf(Told));
    }

    fn create(self: *Child, mount: plan.Mount) Failed!linux.fd_t {
        return mounts.create(&self.report, mount);
    }
};

fn inside(request: plan.ProbeRequest, pipe: linux.fd_t) noreturn {
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
    var child: Child = .{ .pipe = pipe };
    child.tell(.setns, enterOwn());
    const apart = linux.errno(linux.setPropagation("/", linux.MS_REC | linux.MS_PRIVATE));
    child.tell(.private_mounts, apart);
    // Mounts that reach the machine are not made to find out whether they could be.
    if (apart != .SUCCESS) linux.exit_group(1);
    const keyring = linux.errno(linux.joinSessionKeyring());
    child.tell(.keyring, if (keyring == .NOSYS) .SUCCESS else keyring);
    tryTrees(&child);
    for (file_systems) |mount| {
        child.tell(featureOf(mount.type), made(&child.report, child.create(mount)));
    }
    tryRoot(&child);
    const last = std.math.maxInt(u32);
    child.tell(.close_range, linux.errno(linux.close_range(last, last, 0)));
    child.tell(.drop_privileges, dropPrivileges(&child.report, request));
    child.tell(.no_new_privs, linux.errno(linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, 0)));
    child.tell(.seccomp, linux.errno(seccomp.install()));
    child.tell(.execveat, executeNothing());
    linux.exit_group(0);
}

/// Into the namespaces that the child is in, as a command enters those of a sandbox.
fn enterOwn() linux.E {
    const opened = linux.pidfd_open(linux.getpid(), 0);
    if (linux.errno(opened) != .SUCCESS) return linux.errno(opened);
    defer _ = linux.close(linux.asInt(opened));
    const namespaces = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS;
    return linux.errno(linux.setns(linux.asInt(opened), namespaces));
}

/// There is no such descriptor: a kernel that executes from descriptors says so.
fn executeNothing() linux.E {
    const empty = [_:null]?[*:0]const u8{};
    const code = linux.errno(linux.execveat(-1, "", &empty, &empty, linux.AT_EMPTY_PATH));
    return if (code == .BADF) .SUCCESS else code;
}

/// A bind mount of a directory that every sandbox gets.
fn tryTrees(child: *Child) void {
    const path: linux.O = .{ .PATH = true, .CLOEXEC = true };
    const source = linux.openat(linux.AT.FDCWD, "/usr", path, 0);
    if (linux.errno(source) != .SUCCESS) return child.tell(.open_tree, linux.errno(source));
    const tree = mounts.cloneTree(&child.report, "/usr", linux.asInt(source), false) catch {
        return child.tell(.open_tree, failure(&child.report));
    };
    child.tell(.open_tree, .SUCCESS);
    const attr: linux.mount_attr = .{
        .attr_set = linux.MOUNT_ATTR_RDONLY,
        .attr_clr = 0,
        .propagation = linux.MS_PRIVATE,
    };
    const rc = linux.mount_setattr(tree, linux.AT_RECURSIVE, &attr);
    child.tell(.mount_setattr, linux.errno(rc));
    _ = linux.close(tree);
}

/// A new root in memory, with a device in it.
fn tryRoot(child: *Child) void {
    const root = child.create(fileSystem(.tmpfs, &.{})) catch {
        return child.tell(.tmpfs, failure(&child.report));
    };
    child.tell(.tmpfs, .SUCCESS);
    const null_device = 1 << 8 | 3;
    const node = linux.mknodat(root, "null", linux.S.IFCHR | 0o666, null_device);
    child.tell(.device_nodes, linux.errno(node));
    child.tell(.pivot_root, moveInto(root));
}

fn moveInto(root: linux.fd_t) linux.E {
    const moved = linux.errno(linux.move_mount(root, linux.AT.FDCWD, "/", 0));
    if (moved != .SUCCESS) return moved;
    const entered = linux.errno(linux.fchdir(root));
    if (entered != .SUCCESS) return entered;
    const turned = linux.errno(linux.pivot_root(".", "."));
    return if (turned == .SUCCESS) linux.errno(linux.umount2(".", linux.MNT_DETACH)) else turned;
}

fn dropPrivileges(report: *Report, request: plan.ProbeRequest) linux.E {
    const dropped = linux.errno(capabilities.dropBounding(0, capabilities.last()));
    if (dropped != .SUCCESS) return dropped;
    const kept = linux.errno(capabilities.keepPermitted());
    if (kept != .SUCCESS) return kept;
    identity.become(report, request.uid, request.gid) catch return failure(report);
    const set = linux.errno(capabilities.set(0));
    return if (set == .SUCCESS) linux.errno(capabilities.raiseAmbient(0)) else set;
}

/// Those of every sandbox, with the options that not every kernel or container takes.
const file_systems = [_]plan.Mount{
    fileSystem(.proc, &.{}),
    fileSystem(.devpts, &.{
        .{ .key = .{ .z = "newinstance" }, .value = .{ .z = "" } },
        .{ .key = .{ .z = "ptmxmode" }, .value = .{ .z = "0666" } },
        .{ .key = .{ .z = "gid" }, .value = .{ .z = "5" } },
    }),
    fileSystem(.mqueue, &.{}),
    fileSystem(.sysfs, &.{}),
};

fn fileSystem(mount_type: plan.MountType, options: []const plan.MountOption) plan.Mount {
    return .{
        .type = mount_type,
        .source = .{ .z = "bpm-probe" },
        .target = .{ .z = "/" },
        .recursive = false,
        .read_only = false,
        .no_exec = true,
        .no_suid = true,
        .no_dev = false,
        .propagation = .private,
        .device_node = false,
        .options = options,
    };
}

fn featureOf(mount_type: plan.MountType) Feature {
    return switch (mount_type) {
        .proc => .proc,
        .devpts => .devpts,
        .mqueue => .mqueue,
        .sysfs => .sysfs,
        else => unreachable,
    };
}

/// What came of a call that returns a descriptor, which is of no further use.
fn closed(rc: usize) linux.E {
    if (linux.errno(rc) == .SUCCESS) _ = linux.close(linux.asInt(rc));
    return linux.errno(rc);
}

fn made(report: *const Report, result: Failed!linux.fd_t) linux.E {
    const fd = result catch return failure(report);
    _ = linux.close(fd);
    return .SUCCESS;
}

fn failure(report: *const Report) linux.E {
    return @enumFromInt(report.errno);
}
