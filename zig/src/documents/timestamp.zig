//! The time as bpm.log has it: RFC 3339, UTC, always nine digits of nanoseconds.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

pub const length = "2006-01-02T15:04:05.000000000Z".len;

pub fn now(buffer: *[length]u8) []const u8 {
    var time: linux.timespec = .{ .sec = 0, .nsec = 0 };
    _ = linux.clock_gettime(.REALTIME, &time);
    return format(buffer, @intCast(time.sec), @intCast(time.nsec));
}

fn format(buffer: *[length]u8, seconds: u64, nanoseconds: u32) []const u8 {
    const epoch: std.time.epoch.EpochSeconds = .{ .secs = seconds };
    const year = epoch.getEpochDay().calculateYearDay();
    const month = year.calculateMonthDay();
    const day = epoch.getDaySeconds();
    const shape = "{d:0>4}-{d:0>2}-{d:0>2}T{d:0>2}:{d:0>2}:{d:0>2}.{d:0>9}Z";
    return std.fmt.bufPrint(buffer, shape, .{
        year.year,
        month.month.numeric(),
        @as(u8, month.day_index) + 1,
        day.getHoursIntoDay(),
        day.getMinutesIntoHour(),
        day.getSecondsIntoMinute(),
        nanoseconds,
    }) catch unreachable;
}

test "dates and times" {
    const rows = [_]struct { u64, u32, []const u8 }{
        .{ 0, 0, "1970-01-01T00:00:00.000000000Z" },
        .{ 951782399, 1, "2000-02-28T23:59:59.000000001Z" },
        .{ 951782400, 7000, "2000-02-29T00:00:00.000007000Z" },
        .{ 1795303884, 960317300, "2026-11-21T23:31:24.960317300Z" },
        .{ 253402300799, 999999999, "9999-12-31T23:59:59.999999999Z" },
    };
    for (rows) |row| {
        var buffer: [length]u8 = undefined;
        const seconds, const nanoseconds, const expected = row;
        try std.testing.expectEqualStrings(expected, format(&buffer, seconds, nanoseconds));
    }
}
