//! Starting a process: the parent's half prepares everything that can be prepared, the child's half
//! is the ordered list of steps from clone to exec. Neither decides anything; the plan did.

const std = @import("std");
const cgroup = @import("../cgroup/cgroup.zig");
const clone = @import("../kernel/clone.zig");
const confine = @import("confine.zig");
const descriptors = @import("../kernel/descriptors.zig");
const devices = @import("../cgroup/devices.zig");
const handoff = @import("../documents/handoff.zig");
const linux = @import("../kernel/linux.zig");
const mounts = @import("mounts.zig");
const oom = @import("../cgroup/oom.zig");
const plan = @import("../documents/plan.zig");
const process = @import("../kernel/process.zig");
const rlimits = @import("rlimits.zig");
const rootfs = @import("rootfs.zig");
const scope = @import("../cgroup/scope.zig");
const signals = @import("../kernel/signals.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Everything that the child uses, made before it exists. -1: absent.
const Prepared = struct {
    plan: plan.Launch,
    binds: []mounts.Bind,
    cgroups: []linux.fd_t,
    unified: linux.fd_t = -1,
    stdin: linux.fd_t = -1,
    stdout: linux.fd_t = -1,
    stderr: linux.fd_t = -1,
    status: linux.fd_t = -1,
    message: linux.fd_t = -1,
    exit_record: linux.fd_t = -1,
    pidfile: linux.fd_t = -1,
    oom_events: linux.fd_t = -1,
    init: linux.fd_t = -1,
    keeper: scope.Keeper = .{},

    fn closeAll(self: *Prepared) void {
        self.keeper.dismiss();
        for (self.binds) |bind| bind.close();
        for (self.cgroups) |fd| closeIfOpen(fd);
        inline for (std.meta.fields(Prepared)) |field| {
            if (field.type == linux.fd_t) closeIfOpen(@field(self, field.name));
        }
    }
};

/// Starts the process. On failure nothing is left: no child, no cgroup, no descriptor.
pub fn launch(
    report: *Report,
    allocator: std.mem.Allocator,
    request: plan.LaunchRequest,
    start_time: *process.StartTime,
) Failed!plan.LaunchResponse {
    var prepared = try allocate(report, allocator, request.plan);
    defer prepared.closeAll();
    const status = try descriptors.pipe(report);
    defer _ = linux.close(status[0]);
    prepared.status = status[1];
    const output = try standardStreams(report, request, &prepared);
    errdefer for (output) |fd| closeIfOpen(fd);
    try prepare(report, request, &prepared);
    var child: linux.pid_t = 0;
    // Last: what is in a frozen cgroup ends only when that is destroyed.
    errdefer if (child > 0) reap(child);
    errdefer destroyCgroups(request.plan);
    try makeCgroups(report, allocator, &prepared);
    try writeMessage(report, allocator, request, &prepared);

    const pidfd, const pid = try start(report, &prepared);
    prepared.keeper.dismiss();
    errdefer _ = linux.close(pidfd);
    _ = linux.close(prepared.status);
    prepared.status = -1;
    child = pid;
    errdefer _ = linux.kill(pid, linux.SIGKILL);
    try awaitInit(report, status[0], pid, &prepared);
    protect(pid);
    return .{
        .pid = pid,
        .start_time = try process.startTime(report, pid, start_time),
        .pidfd = pidfd,
        .stdout = output[0],
        .stderr = output[1],
    };
}

fn allocate(report: *Report, allocator: std.mem.Allocator, launch_plan: plan.Launch) Failed!Prepared {
    var count: usize = 0;
    for (launch_plan.mounts) |mount| count += @intFromBool(mount.type == .bind);
    const binds = allocator.alloc(mounts.Bind, count) catch return report.fail(.allocate, "", .NOMEM);
    const procs = allocator.alloc(linux.fd_t, launch_plan.cgroups.len) catch
        return report.fail(.allocate, "", .NOMEM);
    @memset(binds, .{});
    @memset(procs, -1);
    return .{ .plan = launch_plan, .binds = binds, .cgroups = procs };
}

/// Fills in the job's standard streams. Returns the reading ends of the pipes that were asked for,
/// which the job may open again by name (/dev/stdout), so they belong to its user.
fn standardStreams(report: *Report, request: plan.LaunchRequest, prepared: *Prepared) Failed![2]linux.fd_t {
    const devnull = linux.openat(linux.AT.FDCWD, "/dev/null", .{ .ACCMODE = .RDWR, .CLOEXEC = true }, 0);
    const stdin = try report.checkInt(.open, "/dev/null", devnull);
    prepared.stdin = try descriptors.raise(report, stdin);
    var reading = [_]linux.fd_t{ -1, -1 };
    errdefer for (reading) |fd| closeIfOpen(fd);
    const writing = [_]*linux.fd_t{ &prepared.stdout, &prepared.stderr };
    for ([_]linux.fd_t{ request.stdout, request.stderr }, writing, &reading) |given, end, *read_end| {
        if (given >= 0) {
            end.* = try descriptors.duplicate(report, given);
            continue;
        }
        const ends = try descriptors.pipe(report);
        read_end.* = ends[0];
        end.* = ends[1];
        const owned = linux.fchown(end.*, request.plan.uid, request.plan.gid);
        _ = try report.check(.chown, "output pipe", owned);
    }
    return reading;
}

fn prepare(report: *Report, request: plan.LaunchRequest, prepared: *Prepared) Failed!void {
    const descriptors_per_bind = 2;
    rlimits.makeRoom(descriptors_per_bind * prepared.binds.len);
    var bind: usize = 0;
    for (request.plan.mounts) |mount| {
        if (mount.type != .bind) continue;
        prepared.binds[bind] = try mounts.openBind(report, mount);
        bind += 1;
    }
    prepared.exit_record = try duplicateGiven(report, request.exit_record);
    prepared.pidfile = try duplicateGiven(report, request.pidfile);
    prepared.init = try descriptors.sealed(report, "bpm-init", @embedFile("bpm-init"), true);
}

/// Makes the leaves with their limits, opens what the child enters through, and the message for the
/// init, which says whether out-of-memory kills are counted somewhere.
fn makeCgroups(report: *Report, allocator: std.mem.Allocator, prepared: *Prepared) Failed!void {
    for (prepared.plan.cgroups, prepared.cgroups) |leaf, *entrance| {
        const directory = leaf.directory.z;
        if (leaf.scope) |unit| try scope.start(report, &prepared.keeper, unit, directory);
        try cgroup.create(report, leaf);
        if (leaf.devices) |rules| {
            try devices.restrict(report, leaf, try withVolumes(report, allocator, rules, prepared.binds));
        }
        if (leaf.version == 2) {
            prepared.unified = try cgroup.openDirectory(report, directory);
        } else {
            entrance.* = try cgroup.openEntrance(report, directory);
        }
        if (prepared.oom_events < 0) prepared.oom_events = try cgroup.openOomEvents(report, leaf);
    }
}

/// The rules and those for device nodes among what was opened.
fn withVolumes(
    report: *Report,
    allocator: std.mem.Allocator,
    rules: []const plan.DeviceRule,
    binds: []const mounts.Bind,
) Failed![]const plan.DeviceRule {
    var all = std.ArrayList(plan.DeviceRule).init(allocator);
    all.appendSlice(rules) catch return report.fail(.allocate, "", .NOMEM);
    for (binds) |bind| if (bind.node) |rule| {
        all.append(rule) catch return report.fail(.allocate, "", .NOMEM);
    };
    return all.items;
}

fn start(report: *Report, prepared: *Prepared) Failed!struct { linux.fd_t, linux.pid_t } {
    var pidfd: linux.fd_t = -1;
    var args: linux.clone_args = .{
        .flags = linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWIPC |
            linux.CLONE_PIDFD | linux.CLONE_CLEAR_SIGHAND,
        .pidfd = @intFromPtr(&pidfd),
        .exit_signal = linux.SIGCHLD,
    };
    if (!prepared.plan.host_pid_namespace) args.flags |= linux.CLONE_NEWPID;
    if (prepared.unified >= 0) {
        args.flags |= linux.CLONE_INTO_CGROUP;
        args.cgroup = @intCast(prepared.unified);
    }
    const child = clone.clone(args);
    if (child == 0) {
        become(report, prepared) catch {};
        clone.reportAndExit(report, prepared.status);
    }
    return .{ pidfd, try report.checkInt(.clone, prepared.plan.id.z, child) };
}

/// The child's half. Returns only with a failure; a partly built sandbox is never used.
fn become(report: *Report, prepared: *Prepared) Failed!void {
    const launch_plan = prepared.plan;
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
    for (launch_plan.cgroups, prepared.cgroups) |leaf, entrance| {
        if (entrance >= 0) try cgroup.enter(report, leaf.directory.z, entrance);
    }
    try confine.leaveCaller(report);
    try rootfs.build(report, launch_plan, prepared.binds);
    try placeDescriptors(report, prepared);
    try confine.confine(report, launch_plan.confinement());
    signals.unblockAll();
    const argv = [_:null]?[*:0]const u8{"bpm-init"};
    const envp = [_:null]?[*:0]const u8{};
    const rc = linux.execveat(handoff.fd.init, "", &argv, &envp, linux.AT_EMPTY_PATH);
    _ = try report.check(.@"start init", "bpm-init", rc);
}

/// Moves what the init needs to its numbers and closes everything else, so that no descriptor of
/// bpm's reaches the job.
fn placeDescriptors(report: *Report, prepared: *Prepared) Failed!void {
    const places = [_]linux.fd_t{
        prepared.stdin,
        prepared.stdout,
        prepared.stderr,
        prepared.status,
        prepared.message,
        prepared.exit_record,
        prepared.pidfile,
        prepared.oom_events,
        prepared.init,
    };
    comptime std.debug.assert(places.len == handoff.fd.first_unused);
    for (places, 0..) |fd, number| {
        if (fd < 0) {
            _ = linux.close(@intCast(number));
            continue;
        }
        const cloexec: linux.O = .{ .CLOEXEC = number == handoff.fd.init };
        const rc = linux.dup3(fd, @intCast(number), @bitCast(cloexec));
        _ = try report.check(.dup, "", rc);
    }
    // From here on failures are reported through the status pipe's new number.
    prepared.status = handoff.fd.status;
    const rc = linux.close_range(handoff.fd.first_unused, std.math.maxInt(u32), 0);
    _ = try report.check(.close_range, "", rc);
}

/// The message for the init: what to execute, with which arguments and environment.
fn writeMessage(
    report: *Report,
    allocator: std.mem.Allocator,
    request: plan.LaunchRequest,
    prepared: *Prepared,
) Failed!void {
    const header: handoff.Header = .{
        .argc = @intCast(request.plan.argv.len),
        .envc = @intCast(request.plan.env.len),
        .subreaper = @intFromBool(request.plan.host_pid_namespace),
        .die_with_parent = @intFromBool(request.die_with_parent),
        .has_exit_record = @intFromBool(prepared.exit_record >= 0),
        .has_pidfile = @intFromBool(prepared.pidfile >= 0),
        .has_oom_events = @intFromBool(prepared.oom_events >= 0),
    };
    var message = std.ArrayList(u8).init(allocator);
    appendMessage(&message, header, request.plan) catch return report.fail(.allocate, "", .NOMEM);
    prepared.message = try descriptors.sealed(report, "bpm-message", message.items, false);
}

fn appendMessage(message: *std.ArrayList(u8), header: handoff.Header, launch_plan: plan.Launch) !void {
    try message.appendSlice(std.mem.asBytes(&header));
    for (launch_plan.argv) |text| try message.appendSlice(text.z[0 .. text.z.len + 1]);
    for (launch_plan.env) |text| try message.appendSlice(text.z[0 .. text.z.len + 1]);
}

fn awaitInit(report: *Report, reading: linux.fd_t, pid: linux.pid_t, prepared: *const Prepared) Failed!void {
    var status: clone.Status = .{ .reading = reading };
    var outcome = try status.read(report, clone.patience.before_continue_ms);
    if (outcome == .late) {
        continueAll(pid, prepared.plan);
        outcome = try status.read(report, clone.patience.after_continue_ms);
    }
    switch (outcome) {
        .running => {},
        .failed => return error.Failed,
        .silent => return endedEarly(report, prepared),
        .late, .interrupted => return report.fail(.@"wait for exec of", prepared.plan.executable.z, .TIMEDOUT),
    }
}

/// The init, and what it may have started: whoever is the job's user can stop either.
fn continueAll(pid: linux.pid_t, launch_plan: plan.Launch) void {
    _ = linux.kill(pid, linux.SIGCONT);
    for (launch_plan.cgroups) |leaf| cgroup.continueAll(leaf.directory.z);
}

/// The child is gone without a word. What the kernel ends for want of memory cannot say so.
fn endedEarly(report: *Report, prepared: *const Prepared) Failed {
    const kills = oom.count(prepared.oom_events) orelse 0;
    if (kills == 0) return report.fail(.@"start init", "bpm-init", .CHILD);
    var buffer: [64]u8 = undefined;
    const limit = memoryLimit(prepared.plan) orelse "none";
    const subject = std.fmt.bufPrint(&buffer, "bpm-init (memory limit: {s})", .{limit}) catch "bpm-init";
    return report.fail(.@"start init", subject, .NOMEM);
}

fn memoryLimit(launch_plan: plan.Launch) ?[]const u8 {
    for (launch_plan.cgroups) |leaf| for (leaf.settings) |setting| {
        const file = setting.file.z;
        const is_limit = std.mem.eql(u8, file, "memory.max") or
            std.mem.eql(u8, file, "memory.limit_in_bytes");
        if (is_limit) return setting.value.z;
    };
    return null;
}

/// The kernel's out-of-memory killer takes the job, never the init, which has to tell of it. Done
/// from outside once the job is on its own, so that the job cannot lower its own score to this:
/// whoever may set it also sets how far the process itself may go (proc_pid_oom_score_adj(5)).
fn protect(pid: linux.pid_t) void {
    var buffer: [40]u8 = undefined;
    const path = std.fmt.bufPrintZ(&buffer, "/proc/{d}/oom_score_adj", .{pid}) catch unreachable;
    const rc = linux.openat(linux.AT.FDCWD, path, .{ .ACCMODE = .WRONLY, .CLOEXEC = true }, 0);
    // Without CAP_SYS_RESOURCE, in some containers, the init is protected by being small.
    if (linux.errno(rc) != .SUCCESS) return;
    const fd = linux.asInt(rc);
    defer _ = linux.close(fd);
    const never = "-1000";
    _ = linux.write(fd, never, never.len);
}

fn reap(pid: linux.pid_t) void {
    var ignored: Report = .{};
    _ = clone.wait(&ignored, pid) catch {};
}

fn destroyCgroups(launch_plan: plan.Launch) void {
    var ignored: Report = .{};
    // A frozen leaf may be any of them, and keeps all others busy.
    for (launch_plan.cgroups) |leaf| cgroup.thaw(leaf.directory.z);
    for (launch_plan.cgroups) |leaf| {
        const ref: plan.CgroupRef = .{
            .version = leaf.version,
            .directory = leaf.directory,
            .unit = if (leaf.scope) |unit| unit.unit else null,
        };
        cgroup.destroy(&ignored, &.{ref}) catch continue;
    }
}

/// What is absent, -1, stays absent.
fn duplicateGiven(report: *Report, fd: linux.fd_t) Failed!linux.fd_t {
    return if (fd < 0) fd else descriptors.duplicate(report, fd);
}

fn closeIfOpen(fd: linux.fd_t) void {
    if (fd >= 0) _ = linux.close(fd);
}
