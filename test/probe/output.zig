//! Whole results in one write(2), so that a reader of the log file never sees half of one.

const std = @import("std");
const linux = std.os.linux;

/// Prints `value` as one line of JSON.
pub fn json(value: anytype) !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    defer arena.deinit();
    const text = try std.json.stringifyAlloc(arena.allocator(), value, .{});
    try std.io.getStdOut().writeAll(text);
    try std.io.getStdOut().writeAll("\n");
}

/// Prints one line of text (at most 200 bytes).
pub fn line(comptime format: []const u8, arguments: anytype) void {
    var buffer: [200]u8 = undefined;
    const text = std.fmt.bufPrint(&buffer, format ++ "\n", arguments) catch unreachable;
    std.io.getStdOut().writeAll(text) catch std.process.exit(74);
}

/// What a raw system call returned: `OK`, or errno's name, or its number where it has no name.
pub fn outcome(result: usize) []const u8 {
    const errno = linux.E.init(result);
    if (errno == .SUCCESS) return "OK";
    return std.enums.tagName(linux.E, errno) orelse "unknown errno";
}
