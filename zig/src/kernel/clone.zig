//! A clone out of a process with other threads: the child has a copy of everything but only its
//! own thread, so it makes system calls and nothing else, and never returns to its caller. It tells
//! its parent of a failure through a close-on-exec pipe; end-of-file means that exec succeeded.

const std = @import("std");
const linux = @import("linux.zig");
const process = @import("process.zig");
const signals = @import("signals.zig");
const LargeMappings = @import("large_mappings.zig").LargeMappings;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// clone3(2) with every signal blocked meanwhile, so that no handler of the engine runs in the
/// child, and without the engine's memory. Returns the raw value; in the child it is 0 and signals
/// stay blocked.
pub fn clone(args: linux.clone_args) usize {
    const engine = LargeMappings.keepBack();
    const before = signals.blockAll();
    const rc = linux.clone3(&args);
    if (rc == 0) return rc;
    signals.restore(before);
    engine.giveBack();
    return rc;
}

pub fn reportAndExit(report: *const Report, status: linux.fd_t) noreturn {
    const bytes = report.bytes();
    _ = linux.write(status, bytes.ptr, bytes.len);
    linux.exit_group(1);
}

pub const Outcome = enum {
    /// A report arrived, and is the given report now.
    failed,
    /// The init said that it runs, and then the job's executable was executed.
    running,
    /// The pipe was closed without a word: an exec of something that is not our init, or a death.
    silent,
    /// It goes on, or is stopped.
    late,
    interrupted,
};

/// What a child tells through its pipe, until every copy of the writing end is closed.
pub const Status = struct {
    reading: linux.fd_t,
    /// What ends the wait as well, once it can be read; -1: nothing.
    interrupt: linux.fd_t = -1,
    bytes: [1 + @sizeOf(Report)]u8 = undefined,
    len: usize = 0,

    /// Waits no longer than `wait_ms`, or for as long as it takes if that is -1. After .late it may
    /// be called again.
    pub fn read(self: *Status, report: *Report, wait_ms: i32) Failed!Outcome {
        const deadline = process.now() + wait_ms;
        while (self.len < self.bytes.len) {
            const left: i32 = if (wait_ms < 0) -1 else @intCast(@max(deadline - process.now(), 0));
            var events = [_]linux.pollfd{
                .{ .fd = self.reading, .events = linux.POLL.IN, .revents = 0 },
                .{ .fd = self.interrupt, .events = linux.POLL.IN, .revents = 0 },
            };
            const ready = linux.poll(&events, events.len, left);
            if (linux.errno(ready) == .INTR) continue;
            if (try report.check(.@"read status of child", "", ready) == 0) return .late;
            if (events[0].revents == 0) return .interrupted;
            const rest = self.bytes[self.len..];
            const rc = linux.read(self.reading, rest.ptr, rest.len);
            if (linux.errno(rc) == .INTR) continue;
            const count = try report.check(.@"read status of child", "", rc);
            if (count == 0) break;
            self.len += count;
        }
        return self.outcome(report);
    }

    /// Lengths tell the messages apart: a report never has one byte.
    fn outcome(self: *const Status, report: *Report) Failed!Outcome {
        return switch (self.len) {
            0 => .silent,
            1 => .running,
            @sizeOf(Report) => take(report, self.bytes[0..@sizeOf(Report)]),
            1 + @sizeOf(Report) => take(report, self.bytes[1..]),
            else => report.fail(.@"read status of child", "", .PROTO),
        };
    }
};

/// Whoever runs as the job's user may stop a child that has become that user already (SIGSTOP).
/// After the first of these times it is continued, after the second it is given up; milliseconds.
/// Monit gives up after 30 seconds.
pub const patience = struct {
    pub const before_continue_ms = 3_000;
    pub const after_continue_ms = 12_000;
};

fn take(report: *Report, bytes: *const [@sizeOf(Report)]u8) Outcome {
    @memcpy(std.mem.asBytes(report), bytes);
    return .failed;
}

/// The wait status of a child that has ended or is about to.
pub fn wait(report: *Report, pid: linux.pid_t) Failed!u32 {
    var status: u32 = 0;
    while (true) {
        const rc = linux.wait4(pid, &status, 0, null);
        if (linux.errno(rc) == .INTR) continue;
        _ = try report.check(.@"wait for child", "", rc);
        return status;
    }
}
