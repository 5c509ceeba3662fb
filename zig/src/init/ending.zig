//! How the main process ended: for the exit record, and as the init's own exit status.

const std = @import("std");
const handoff = @import("../handoff.zig");
const linux = @import("../linux.zig");
const wait = @import("../wait.zig");

pub const Ending = struct {
    /// As wait4(2) gave it.
    status: u32,
    oom_killed: bool,
    /// Milliseconds since the epoch.
    ended_ms: i64,

    pub fn now(status: u32, oom_killed: bool) Ending {
        var time: linux.timespec = .{ .sec = 0, .nsec = 0 };
        _ = linux.clock_gettime(.REALTIME, &time);
        const ms = time.sec * std.time.ms_per_s + @divFloor(time.nsec, std.time.ns_per_ms);
        return .{ .status = status, .oom_killed = oom_killed, .ended_ms = ms };
    }

    /// One call, so that a reader finds all or nothing. A full disk leaves no record, and bpm then
    /// tells of an end without its reason.
    pub fn write(self: Ending) void {
        var buffer: [record_max]u8 = undefined;
        const text = self.record(&buffer);
        _ = linux.pwrite(handoff.fd.exit_record, text.ptr, text.len, 0);
    }

    pub fn exitCode(self: Ending) u8 {
        return wait.exitCode(self.status);
    }

    /// Room for the longest numbers.
    const record_max = 128;

    fn record(self: Ending, buffer: *[record_max]u8) []const u8 {
        var stream = std.io.fixedBufferStream(buffer);
        std.json.stringify(.{
            .exit_code = wait.exited(self.status),
            .signal = wait.signalled(self.status),
            .oom_killed = self.oom_killed,
            .ended_ms = self.ended_ms,
        }, .{}, stream.writer()) catch unreachable;
        stream.writer().writeByte('\n') catch unreachable;
        return stream.getWritten();
    }
};

test "records and exit statuses" {
    const rows = [_]struct { status: u32, oom: bool, code: u8, record: []const u8 }{
        .{
            .status = 0x0300,
            .oom = false,
            .code = 3,
            .record = "{\"exit_code\":3,\"signal\":null,\"oom_killed\":false,\"ended_ms\":77}\n",
        },
        .{
            .status = 9,
            .oom = true,
            .code = 137,
            .record = "{\"exit_code\":null,\"signal\":9,\"oom_killed\":true,\"ended_ms\":77}\n",
        },
        .{
            .status = 0x80 | 64, // the upper bit says that a core was dumped
            .oom = false,
            .code = 192,
            .record = "{\"exit_code\":null,\"signal\":64,\"oom_killed\":false,\"ended_ms\":77}\n",
        },
    };
    for (rows) |row| {
        const ending: Ending = .{ .status = row.status, .oom_killed = row.oom, .ended_ms = 77 };
        var buffer: [Ending.record_max]u8 = undefined;
        try std.testing.expectEqualStrings(row.record, ending.record(&buffer));
        try std.testing.expectEqual(row.code, ending.exitCode());
    }
}
