//! Stands between bpm and a pre_start hook, so that the hook ends with bpm, however bpm ends: it is
//! told when its parent dies, all that the hook starts stays below it, and as long as it lives it
//! holds the lifecycle lock, which it has from bpm. What a hook that ends by itself leaves running
//! goes on, as a daemon would.

const std = @import("std");
const clone = @import("../../kernel/clone.zig");
const descendants = @import("../../kernel/descendants.zig");
const linux = @import("../../kernel/linux.zig");
const process = @import("../../kernel/process.zig");
const signals = @import("../../kernel/signals.zig");
const wait = @import("../../kernel/wait.zig");
const Hook = @import("program.zig").Hook;
const Report = @import("../../documents/report.zig").Report;
const Failed = @import("../../documents/report.zig").Failed;

/// How long a hook that is told to end may take, in milliseconds; then it is killed.
const grace_ms = 2000;

/// What the guard tells bpm, which reads it from a pipe.
pub const Ending = extern struct {
    /// The hook's, as wait4(2) gives it.
    status: u32,
    /// 1: by a signal to the guard. Whatever the hook's status is, it is no success.
    told_to_end: u32,

    pub fn receive(report: *Report, pipe: linux.fd_t) Failed!Ending {
        var ending: Ending = undefined;
        while (true) {
            const rc = linux.read(pipe, std.mem.asBytes(&ending).ptr, @sizeOf(Ending));
            if (linux.errno(rc) == .INTR) continue;
            const len = try report.check(.@"wait for", "the pre_start hook", rc);
            // A killed guard tells nothing.
            if (len != @sizeOf(Ending)) return report.fail(.@"wait for", "the pre_start hook", .CHILD);
            return ending;
        }
    }

    fn send(self: Ending, pipe: linux.fd_t) void {
        const bytes = std.mem.asBytes(&self);
        _ = linux.write(pipe, bytes.ptr, bytes.len);
    }
};

/// In a clone of bpm, with all signals blocked: they are waited for.
pub fn stand(report: *Report, hook: Hook, parent: linux.pid_t) noreturn {
    _ = linux.prctl(linux.PR_SET_NAME, @intFromPtr("bpm-hook"), 0);
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGTERM, 0);
    // A parent that ended before sends no signal.
    if (linux.getppid() != parent) linux.exit_group(1);
    signals.resetAll();
    const pid = start(report, hook) catch clone.reportAndExit(report, hook.status);
    _ = linux.close(hook.status);
    watch(pid).send(hook.result);
    linux.exit_group(0);
}

fn start(report: *Report, hook: Hook) Failed!linux.pid_t {
    const adopted = linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1, 0);
    _ = try report.check(.prctl, "PR_SET_CHILD_SUBREAPER", adopted);
    const child = try report.checkInt(.fork, hook.request.executable.z, linux.fork());
    if (child != 0) return child;
    hook.become(report) catch {};
    clone.reportAndExit(report, hook.status);
}

fn watch(pid: linux.pid_t) Ending {
    while (true) {
        const rc = linux.sigtimedwait(~@as(linux.sigset, 0), null, null);
        if (linux.errno(rc) != .SUCCESS) continue; // EINTR: stopped and continued
        const signal = linux.asInt(rc);
        // Of bpm stop, of a terminal, or because bpm has died.
        if (signals.isEnding(@intCast(signal))) return .{ .status = end(pid), .told_to_end = 1 };
        if (signal != linux.SIGCHLD) continue;
        if (wait.reap(pid).main) |status| return .{ .status = status, .told_to_end = 0 };
    }
}

/// The hook and all that it has started. Its wait status.
fn end(pid: linux.pid_t) u32 {
    signalAll(pid, linux.SIGTERM);
    signalAll(pid, linux.SIGCONT);
    const ended = awaitEnd(pid);
    // One that is still there is not reaped, so the number is its own.
    if (ended == null) signalAll(pid, linux.SIGKILL);
    descendants.end();
    return ended orelse linux.SIGKILL;
}

/// Before it leads a group, it is alone.
fn signalAll(pid: linux.pid_t, signal: i32) void {
    if (linux.errno(linux.kill(-pid, signal)) != .SUCCESS) _ = linux.kill(pid, signal);
}

fn awaitEnd(pid: linux.pid_t) ?u32 {
    const child_ended = signals.set(&.{linux.SIGCHLD});
    const deadline = process.now() + grace_ms;
    while (true) {
        if (wait.reap(pid).main) |status| return status;
        const left = deadline - process.now();
        if (left <= 0) return null;
        const time: linux.timespec = .{
            .sec = @divTrunc(left, std.time.ms_per_s),
            .nsec = @mod(left, std.time.ms_per_s) * std.time.ns_per_ms,
        };
        _ = linux.sigtimedwait(child_ended, null, &time);
    }
}
