//! How the main process ended: for the exit record, and as the init's own exit status.

const std = @import("std");
const handoff = @import("../documents/handoff.zig");
const linux = @import("../kernel/linux.zig");
const wait = @import("../kernel/wait.zig");
const ExitRecord = @import("../documents/exit_record.zig").ExitRecord;

pub const Ending = struct {
    /// As wait4(2) gave it.
    status: u32,
    oom_killed: bool,
    /// Milliseconds since the epoch, and since the boot.
    ended_ms: i64,
    ended_boot_ms: i64,

    pub fn now(status: u32, oom_killed: bool) Ending {
        return .{
            .status = status,
            .oom_killed = oom_killed,
            .ended_ms = milliseconds(.REALTIME),
            // What start times of processes are counted in (proc_pid_stat(5)).
            .ended_boot_ms = milliseconds(.BOOTTIME),
        };
    }

    fn milliseconds(clock: linux.clockid) i64 {
        var time: linux.timespec = .{ .sec = 0, .nsec = 0 };
        _ = linux.clock_gettime(clock, &time);
        return time.sec * std.time.ms_per_s + @divFloor(time.nsec, std.time.ns_per_ms);
    }

    /// One call, so that a reader finds all or nothing. There is room for it, of blanks, which JSON
    /// does not mind behind it either: a full disk takes the record all the same.
    pub fn write(self: Ending) void {
        var buffer: [ExitRecord.text_max]u8 = undefined;
        const text = self.record().print(&buffer);
        _ = linux.pwrite(handoff.fd.exit_record, text.ptr, text.len, 0);
    }

    pub fn exitCode(self: Ending) u8 {
        return wait.exitCode(self.status);
    }

    fn record(self: Ending) ExitRecord {
        return .{
            .exit_code = wait.exited(self.status),
            .signal = wait.signalled(self.status),
            .oom_killed = self.oom_killed,
            .ended_ms = self.ended_ms,
            .ended_boot_ms = self.ended_boot_ms,
        };
    }
};

test "records and exit statuses" {
    const core_dumped = 0x80;
    const rows = [_]struct { status: u32, code: u8, exit_code: ?u8, signal: ?u32 }{
        .{ .status = 0x0300, .code = 3, .exit_code = 3, .signal = null },
        .{ .status = 9, .code = 137, .exit_code = null, .signal = 9 },
        .{ .status = core_dumped | 64, .code = 192, .exit_code = null, .signal = 64 },
    };
    for (rows) |row| {
        const ending: Ending = .{
            .status = row.status,
            .oom_killed = true,
            .ended_ms = 77,
            .ended_boot_ms = 5,
        };
        try std.testing.expectEqual(row.code, ending.exitCode());
        try std.testing.expectEqual(ExitRecord{
            .exit_code = row.exit_code,
            .signal = row.signal,
            .oom_killed = true,
            .ended_ms = 77,
            .ended_boot_ms = 5,
        }, ending.record());
    }
}
