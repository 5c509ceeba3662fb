//! The pre_start hook: a program on the host, as root. It gets nothing of bpm: no descriptor but its
//! standard streams, no ignored or blocked signal, no terminal, no working directory.

const std = @import("std");
const caller = @import("../../sandbox/caller.zig");
const linux = @import("../../kernel/linux.zig");
const plan = @import("../../documents/plan.zig");
const signals = @import("../../kernel/signals.zig");
const command = @import("../../exec/command.zig");
const Report = @import("../../documents/report.zig").Report;
const Failed = @import("../../documents/report.zig").Failed;

/// Made before the process exists that uses it.
pub const Hook = struct {
    request: plan.HookRequest,
    arguments: command.Vector,
    environment: command.Vector,
    /// Writing end, close-on-exec: a report where the hook cannot be executed.
    status: linux.fd_t,
    /// Writing end: what the guard has to tell in the end.
    result: linux.fd_t,

    /// From the guard's fork to the hook's execution. Returns only with a failure.
    pub fn become(self: Hook, report: *Report) Failed!void {
        const path = self.request.executable.z;
        caller.forget();
        _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
        // A session of its own: all of it can be signalled, and no terminal can stop it.
        _ = try report.check(.setsid, path, linux.setsid());
        // The caller's directory may be anybody's.
        _ = try report.check(.chdir, "/", linux.chdir("/"));
        const devnull = linux.openat(linux.AT.FDCWD, "/dev/null", .{ .ACCMODE = .RDWR }, 0);
        const stdin = try report.checkInt(.open, "/dev/null", devnull);
        for ([_]linux.fd_t{ stdin, self.request.stdout, self.request.stderr }, 0..) |fd, number| {
            _ = try report.check(.dup, path, linux.dup3(fd, @intCast(number), 0));
        }
        // The status pipe is close-on-exec itself; everything else goes with it.
        const rest = linux.close_range(3, std.math.maxInt(u32), linux.CLOSE_RANGE_CLOEXEC);
        _ = try report.check(.close_range, path, rest);
        signals.unblockAll();
        const rc = linux.execve(path, self.arguments.ptr, self.environment.ptr);
        // ENOENT for a file that is there is about the interpreter in its first line (execve(2)).
        const is_there = linux.errno(linux.access(path, linux.F_OK)) == .SUCCESS;
        if (linux.errno(rc) == .NOENT and is_there) return report.fail(.@"exec interpreter of hook", path, .NOENT);
        _ = try report.check(.@"exec pre_start hook", path, rc);
    }
};
