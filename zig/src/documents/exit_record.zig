//! How the main process of a sandbox ended: exit.json, which its init writes, and which the
//! supervisor of `bpm run` and later commands read.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

pub const ExitRecord = struct {
    /// One of the two is null.
    exit_code: ?u8,
    signal: ?u32,
    /// Whether the kernel has killed something of the sandbox for want of memory.
    oom_killed: bool,
    /// Milliseconds since the epoch, as the clock had it.
    ended_ms: i64,
    /// Milliseconds since the boot, which nobody sets. 0: the init of an older bpm wrote this.
    ended_boot_ms: i64 = 0,

    /// Room for the longest numbers.
    pub const text_max = 192;

    pub fn print(self: ExitRecord, buffer: *[text_max]u8) []const u8 {
        var stream = std.io.fixedBufferStream(buffer);
        std.json.stringify(self, .{}, stream.writer()) catch unreachable;
        stream.writer().writeByte('\n') catch unreachable;
        return stream.getWritten();
    }

    /// Null where there is none: the init was killed, or found the disk full.
    pub fn read(path: [:0]const u8) ?ExitRecord {
        const flags: linux.O = .{ .CLOEXEC = true, .NOFOLLOW = true };
        const opened = linux.openat(linux.AT.FDCWD, path, flags, 0);
        if (linux.errno(opened) != .SUCCESS) return null;
        const fd = linux.asInt(opened);
        defer _ = linux.close(fd);
        var text: [text_max]u8 = undefined;
        const len = linux.read(fd, &text, text.len);
        return if (linux.errno(len) == .SUCCESS) parse(text[0..len]) else null;
    }

    fn parse(text: []const u8) ?ExitRecord {
        var memory: [1024]u8 = undefined;
        var fixed = std.heap.FixedBufferAllocator.init(&memory);
        return std.json.parseFromSliceLeaky(ExitRecord, fixed.allocator(), text, .{}) catch null;
    }
};

test "records" {
    const rows = [_]struct { record: ExitRecord, text: []const u8 }{
        .{
            .record = .{ .exit_code = 3, .signal = null, .oom_killed = false, .ended_ms = 77, .ended_boot_ms = 5 },
            .text = "{\"exit_code\":3,\"signal\":null,\"oom_killed\":false,\"ended_ms\":77,\"ended_boot_ms\":5}\n",
        },
        .{
            .record = .{ .exit_code = null, .signal = 64, .oom_killed = true, .ended_ms = 77, .ended_boot_ms = 5 },
            .text = "{\"exit_code\":null,\"signal\":64,\"oom_killed\":true,\"ended_ms\":77,\"ended_boot_ms\":5}\n",
        },
    };
    for (rows) |row| {
        var buffer: [ExitRecord.text_max]u8 = undefined;
        try std.testing.expectEqualStrings(row.text, row.record.print(&buffer));
        try std.testing.expectEqual(row.record, ExitRecord.parse(row.text));
    }
}

test "what is no record" {
    for ([_][]const u8{ "", "{}", "{\"exit_code\":3}", "null" }) |text| {
        try std.testing.expectEqual(null, ExitRecord.parse(text));
    }
}
