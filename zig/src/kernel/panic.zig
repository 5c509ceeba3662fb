//! What a failed safety check does: one line on stderr, one exit status.
//!
//! The standard library's handler would look for debug information, and under a JavaScript engine
//! its abort would end in that engine's crash report.

const std = @import("std");
const linux = @import("linux.zig");

/// EX_SOFTWARE of sysexits.h.
const exit_code = 70;
const prefix = "bpm: internal error: ";

/// A root source file makes this its handler with `pub const panic = @import("panic.zig").panic;`.
pub fn panic(message: []const u8, _: ?*std.builtin.StackTrace, _: ?usize) noreturn {
    @branchHint(.cold);
    var line: [256]u8 = undefined;
    const text = compose(&line, message);
    _ = linux.write(2, text.ptr, text.len);
    linux.exit_group(exit_code);
}

/// Plain copies, cut to what fits: nothing in here may panic again.
fn compose(line: *[256]u8, message: []const u8) []const u8 {
    const kept = message[0..@min(message.len, line.len - prefix.len - 1)];
    @memcpy(line[0..prefix.len], prefix);
    @memcpy(line[prefix.len..][0..kept.len], kept);
    line[prefix.len + kept.len] = '\n';
    return line[0 .. prefix.len + kept.len + 1];
}

test "the line is whole, however long the message" {
    var line: [256]u8 = undefined;
    try std.testing.expectEqualStrings("bpm: internal error: oops\n", compose(&line, "oops"));
    const cut = compose(&line, "x" ** 1000);
    try std.testing.expectEqual(line.len, cut.len);
    try std.testing.expectEqual(@as(u8, '\n'), cut[cut.len - 1]);
}
