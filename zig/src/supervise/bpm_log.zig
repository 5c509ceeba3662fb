//! The last lines of `bpm run` in bpm.log. bpm has composed them before the errand ran; only the
//! time and what became of it are missing.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const request = @import("request.zig");
const timestamp = @import("../documents/timestamp.zig");
const Ending = @import("ending.zig").Ending;

const opening = "{\"timestamp\":\"";
/// A line grows by its timestamp, and could be nothing but placeholders.
const line_max = opening.len + timestamp.length + growth_max * request.document_max + "\",\n".len;
const growth_max = Ending.reason_max / "{reason}".len;

/// Each line with one call, so that writers at the same time do not mix. A full disk must not
/// change how the errand ends.
pub fn write(fd: linux.fd_t, lines: []const plan.Text, ending: Ending) void {
    const Static = struct {
        var line: [line_max]u8 = undefined;
    };
    if (fd < 0) return;
    for (lines) |line| {
        var time: [timestamp.length]u8 = undefined;
        const text = compose(&Static.line, timestamp.now(&time), line.z, ending);
        _ = linux.write(fd, text.ptr, text.len);
    }
}

fn compose(buffer: []u8, time: []const u8, line: []const u8, ending: Ending) []const u8 {
    var status_buffer: [3]u8 = undefined;
    var reason_buffer: [Ending.reason_max]u8 = undefined;
    const values = [_]struct { placeholder: []const u8, text: []const u8 }{
        .{
            .placeholder = "{status}",
            .text = std.fmt.bufPrint(&status_buffer, "{d}", .{ending.exitCode()}) catch unreachable,
        },
        .{ .placeholder = "{reason}", .text = ending.reason(&reason_buffer) },
    };
    var stream = std.io.fixedBufferStream(buffer);
    const writer = stream.writer();
    writer.print("{s}{s}\",", .{ opening, time }) catch unreachable;
    var rest = line;
    next: while (rest.len > 0) {
        for (values) |value| if (std.mem.startsWith(u8, rest, value.placeholder)) {
            writer.writeAll(value.text) catch unreachable;
            rest = rest[value.placeholder.len..];
            continue :next;
        };
        writer.writeByte(rest[0]) catch unreachable;
        rest = rest[1..];
    }
    writer.writeByte('\n') catch unreachable;
    return stream.getWritten();
}

test "a line gets the time, the status and the reason" {
    var buffer: [256]u8 = undefined;
    const terminated: Ending = .{
        .status = 143 << 8,
        .record = .{ .exit_code = null, .signal = 15, .oom_killed = false, .ended_ms = 1 },
        .out_of_memory = false,
    };
    const rows = [_]struct { line: []const u8, expected: []const u8 }{
        .{
            .line = "\"level\":\"info\"}",
            .expected = "{\"timestamp\":\"T\",\"level\":\"info\"}\n",
        },
        .{
            .line = "\"error\":\"exit status {status} ({status})\",\"reason\":\"{reason}\"}",
            .expected = "{\"timestamp\":\"T\",\"error\":\"exit status 143 (143)\",\"reason\":\"SIGTERM\"}\n",
        },
    };
    for (rows) |row| {
        try std.testing.expectEqualStrings(row.expected, compose(&buffer, "T", row.line, terminated));
    }
}
