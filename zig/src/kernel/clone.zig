//! A clone out of a process with other threads: the child has a copy of everything but only its
//! own thread, so it makes system calls and nothing else, and never returns to its caller. It tells
//! its parent of a failure through a close-on-exec pipe; end-of-file means that exec succeeded.

const std = @import("std");
const linux = @import("linux.zig");
const signals = @import("signals.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// clone3(2) with every signal blocked meanwhile, so that no handler of the engine runs in the
/// child. Returns the raw value; in the child it is 0 and signals stay blocked.
pub fn clone(args: linux.clone_args) usize {
    const before = signals.blockAll();
    const rc = linux.clone3(&args);
    if (rc != 0) signals.restore(before);
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
};

/// Reads until every copy of the writing end is closed.
pub fn readReport(report: *Report, status: linux.fd_t) Failed!Outcome {
    var buffer: [1 + @sizeOf(Report)]u8 = undefined;
    var len: usize = 0;
    while (len < buffer.len) {
        const rest = buffer[len..];
        const rc = linux.read(status, rest.ptr, rest.len);
        if (linux.errno(rc) == .INTR) continue;
        const count = try report.check(.@"read status of child", "", rc);
        if (count == 0) break;
        len += count;
    }
    // Lengths tell the messages apart: a report never has one byte.
    return switch (len) {
        0 => .silent,
        1 => .running,
        @sizeOf(Report) => take(report, buffer[0..@sizeOf(Report)]),
        1 + @sizeOf(Report) => take(report, buffer[1..]),
        else => report.fail(.@"read status of child", "", .PROTO),
    };
}

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
