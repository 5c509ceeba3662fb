//! The command inside: from a clone of this program to one of the sandbox's processes.

const std = @import("std");
const clone = @import("../kernel/clone.zig");
const confine = @import("../sandbox/confine.zig");
const descriptors = @import("../kernel/descriptors.zig");
const execute = @import("../exec/execute.zig").execute;
const linux = @import("../kernel/linux.zig");
const signals = @import("../kernel/signals.zig");
const Command = @import("../exec/command.zig").Command;
const Door = @import("door.zig").Door;
const Request = @import("request.zig").Request;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// What the command gets as standard input, output and error. With a terminal they are the same.
pub const Streams = [3]linux.fd_t;

/// Where the child reports failures; everything behind it is closed.
const status_fd = 3;

/// Starts the command. Returns when it has been executed, or fails with what kept it from that.
pub fn start(
    report: *Report,
    door: *const Door,
    request: Request,
    command: Command,
    streams: Streams,
) Failed!linux.pid_t {
    const status = try descriptors.pipe(report);
    defer _ = linux.close(status[0]);
    var told = status[1];
    var args: linux.clone_args = .{ .flags = linux.CLONE_CLEAR_SIGHAND, .exit_signal = linux.SIGCHLD };
    if (door.unified >= 0) {
        args.flags |= linux.CLONE_INTO_CGROUP;
        args.cgroup = @intCast(door.unified);
    }
    const child = clone.clone(args);
    if (child == 0) {
        become(report, door, request, command, streams, &told) catch {};
        clone.reportAndExit(report, told);
    }
    _ = linux.close(status[1]);
    const pid = try report.checkInt(.clone, request.name.z, child);
    try awaitExec(report, status[0], pid, command);
    return pid;
}

/// The child is the job's user before it is the command, so others of the job can stop it. Whoever
/// wants an end meanwhile does not wait: bpm dies of the signal, and the child with it.
fn awaitExec(report: *Report, reading: linux.fd_t, pid: linux.pid_t, command: Command) Failed!void {
    const wanted = try report.checkInt(.make, "signalfd", linux.signalfd(signals.endings));
    defer _ = linux.close(wanted);
    var status: clone.Status = .{ .reading = reading, .interrupt = wanted };
    var outcome = try status.read(report, clone.patience.before_continue_ms);
    if (outcome == .late) {
        _ = linux.kill(pid, linux.SIGCONT);
        outcome = try status.read(report, clone.patience.after_continue_ms);
    }
    switch (outcome) {
        .running, .silent => return,
        .failed => return error.Failed,
        .interrupted => signals.unblockAll(),
        .late => {},
    }
    _ = linux.kill(pid, linux.SIGKILL);
    return report.fail(.@"wait for exec of", command.executable(), .TIMEDOUT);
}

/// Returns only with a failure.
fn become(
    report: *Report,
    door: *const Door,
    request: Request,
    command: Command,
    streams: Streams,
    status: *linux.fd_t,
) Failed!void {
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
    try door.joinCgroups(report);
    try placeDescriptors(report, streams, status);
    try confine.leaveCaller(report);
    if (request.terminal) {
        _ = try report.check(.@"set controlling terminal", "", linux.setControllingTerminal(0));
    }
    try confine.confine(report, request.confinement);
    // A parent that ended before it was to be told of sends no signal.
    if (readerIsGone()) return report.fail(.enter, "bpm has ended", .PIPE);
    signals.unblockAll();
    return execute(report, command);
}

/// No descriptor of bpm's is to reach the command, or whoever else is inside and watches. All of
/// them have higher numbers than these (descriptors.zig).
fn placeDescriptors(report: *Report, streams: Streams, status: *linux.fd_t) Failed!void {
    for (streams, 0..) |fd, number| {
        _ = try report.check(.dup, "", linux.dup3(fd, @intCast(number), 0));
    }
    const moved = linux.dup3(status.*, status_fd, @bitCast(linux.O{ .CLOEXEC = true }));
    _ = try report.check(.dup, "", moved);
    // Failures are told from here on through its new number.
    status.* = status_fd;
    const rc = linux.close_range(status_fd + 1, std.math.maxInt(u32), 0);
    _ = try report.check(.close_range, "", rc);
}

fn readerIsGone() bool {
    var status = [_]linux.pollfd{.{ .fd = status_fd, .events = 0, .revents = 0 }};
    const rc = linux.poll(&status, status.len, 0);
    return linux.errno(rc) == .SUCCESS and status[0].revents & linux.POLL.ERR != 0;
}
