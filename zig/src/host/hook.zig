//! The pre_start hook: a program on the host, as root, with the job's environment. It gets nothing
//! of bpm: no descriptor but its standard streams, no ignored or blocked signal.

const std = @import("std");
const clone = @import("../kernel/clone.zig");
const command = @import("../exec/command.zig");
const descriptors = @import("../kernel/descriptors.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const signals = @import("../kernel/signals.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Runs the hook to its end. Fails when it cannot be executed.
pub fn run(report: *Report, allocator: std.mem.Allocator, request: plan.HookRequest) Failed!plan.HookResponse {
    const environment = try command.vector(report, allocator, request.env);
    const arguments = try command.vector(report, allocator, &.{request.executable});
    const status = try descriptors.pipe(report);
    defer _ = linux.close(status[0]);
    const child = clone.clone(.{ .flags = linux.CLONE_CLEAR_SIGHAND, .exit_signal = linux.SIGCHLD });
    if (linux.errno(child) == .SUCCESS and child == 0) {
        become(report, request, arguments, environment) catch {};
        clone.reportAndExit(report, status[1]);
    }
    _ = linux.close(status[1]);
    const pid = try report.checkInt(.clone, request.executable.z, child);
    const failed = try clone.readReport(report, status[0]);
    const ended = try clone.wait(report, pid);
    if (failed == .failed) return error.Failed;
    return .{
        .exit_code = if (linux.W.IFEXITED(ended)) linux.W.EXITSTATUS(ended) else null,
        .signal = if (linux.W.IFSIGNALED(ended)) @intCast(linux.W.TERMSIG(ended)) else null,
    };
}

fn become(
    report: *Report,
    request: plan.HookRequest,
    arguments: command.Vector,
    environment: command.Vector,
) Failed!void {
    signals.resetAll();
    const path = request.executable.z;
    const devnull = linux.openat(linux.AT.FDCWD, "/dev/null", .{ .ACCMODE = .RDWR }, 0);
    const stdin = try report.checkInt(.open, "/dev/null", devnull);
    for ([_]linux.fd_t{ stdin, request.stdout, request.stderr }, 0..) |fd, number| {
        _ = try report.check(.dup, path, linux.dup3(fd, @intCast(number), 0));
    }
    // The status pipe is close-on-exec itself; everything else goes with it.
    const rest = linux.close_range(3, std.math.maxInt(u32), linux.CLOSE_RANGE_CLOEXEC);
    _ = try report.check(.close_range, path, rest);
    signals.unblockAll();
    _ = try report.check(.@"exec pre_start hook", path, linux.execve(path, arguments.ptr, environment.ptr));
}
