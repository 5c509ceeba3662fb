//! The last lines of `bpm run` in bpm.log. bpm has composed them before the errand ran; only the
//! time and the exit status are missing.

const std = @import("std");
const linux = @import("../linux.zig");
const plan = @import("../plan.zig");
const request = @import("request.zig");
const timestamp = @import("timestamp.zig");

const placeholder = "{status}";
const opening = "{\"timestamp\":\"";
/// An exit status is shorter than its placeholder, so a line grows only by its timestamp.
const line_max = opening.len + timestamp.length + request.document_max + "\",\n".len;

/// Each line with one call, so that writers at the same time do not mix. A full disk must not
/// change how the errand ends.
pub fn write(fd: linux.fd_t, lines: []const plan.Text, status: u8) void {
    const Static = struct {
        var line: [line_max]u8 = undefined;
    };
    if (fd < 0) return;
    for (lines) |line| {
        var time: [timestamp.length]u8 = undefined;
        const text = compose(&Static.line, timestamp.now(&time), line.z, status);
        _ = linux.write(fd, text.ptr, text.len);
    }
}

fn compose(buffer: []u8, time: []const u8, line: []const u8, status: u8) []const u8 {
    var stream = std.io.fixedBufferStream(buffer);
    const writer = stream.writer();
    writer.print("{s}{s}\",", .{ opening, time }) catch unreachable;
    var parts = std.mem.splitSequence(u8, line, placeholder);
    writer.writeAll(parts.first()) catch unreachable;
    while (parts.next()) |part| writer.print("{d}{s}", .{ status, part }) catch unreachable;
    writer.writeByte('\n') catch unreachable;
    return stream.getWritten();
}

test "a line gets the time and the status" {
    var buffer: [256]u8 = undefined;
    const rows = [_]struct { line: []const u8, expected: []const u8 }{
        .{
            .line = "\"level\":\"info\"}",
            .expected = "{\"timestamp\":\"T\",\"level\":\"info\"}\n",
        },
        .{
            .line = "\"error\":\"exit status {status} ({status})\"}",
            .expected = "{\"timestamp\":\"T\",\"error\":\"exit status 143 (143)\"}\n",
        },
    };
    for (rows) |row| {
        try std.testing.expectEqualStrings(row.expected, compose(&buffer, "T", row.line, 143));
    }
}
