//! Starting a pre_start hook, and waiting for it.

const std = @import("std");
const clone = @import("../kernel/clone.zig");
const command = @import("../exec/command.zig");
const descriptors = @import("../kernel/descriptors.zig");
const guard = @import("hook/guard.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const process = @import("../kernel/process.zig");
const Hook = @import("hook/program.zig").Hook;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Starts the hook, below its guard. Returns when it has been executed, or fails with what kept it
/// from that.
pub fn start(
    report: *Report,
    allocator: std.mem.Allocator,
    request: plan.HookRequest,
    start_time: *process.StartTime,
) Failed!plan.HookResponse {
    const environment = try command.vector(report, allocator, request.env);
    const arguments = try command.vector(report, allocator, &.{request.executable});
    const status = try descriptors.pipe(report);
    defer _ = linux.close(status[0]);
    const result = try descriptors.pipe(report);
    errdefer _ = linux.close(result[0]);
    const hook: Hook = .{
        .request = request,
        .arguments = arguments,
        .environment = environment,
        .status = status[1],
        .result = result[1],
    };
    const parent = linux.getpid();
    const child = clone.clone(.{ .flags = linux.CLONE_CLEAR_SIGHAND, .exit_signal = linux.SIGCHLD });
    if (linux.errno(child) == .SUCCESS and child == 0) guard.stand(report, hook, parent);
    _ = linux.close(status[1]);
    _ = linux.close(result[1]);
    const pid = try report.checkInt(.clone, request.executable.z, child);
    var telling: clone.Status = .{ .reading = status[0] };
    if (try telling.read(report, -1) == .failed) {
        var ignored: Report = .{};
        _ = clone.wait(&ignored, pid) catch {};
        return error.Failed;
    }
    const since = try process.startTime(report, pid, start_time);
    return .{ .pid = pid, .start_time = since, .result = result[0] };
}

/// Waits for the hook's end.
pub fn awaitEnd(report: *Report, request: plan.AwaitHookRequest) Failed!plan.AwaitHookResponse {
    defer _ = linux.close(request.result);
    const ending = try guard.Ending.receive(report, request.result);
    _ = try clone.wait(report, request.pid);
    return .{
        .exit_code = if (linux.W.IFEXITED(ending.status)) linux.W.EXITSTATUS(ending.status) else null,
        .signal = if (linux.W.IFSIGNALED(ending.status)) @intCast(linux.W.TERMSIG(ending.status)) else null,
        .told_to_end = ending.told_to_end != 0,
    };
}
