//! What bpm leaves for a program that takes its place: one JSON document in a memfd. A structure of
//! the program's is the schema; unknown and missing fields are refused.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const Report = @import("report.zig").Report;
const Failed = @import("report.zig").Failed;

pub const fd = 3;

/// Reads and closes the document. The result lies in `memory`, which has to hold it twice over.
pub fn receive(comptime Request: type, report: *Report, memory: []u8) Failed!Request {
    const text = try read(report, memory);
    _ = linux.close(fd);
    return parse(Request, memory[text.len..], text) catch report.fail(.parse, "bpm's request", .BADMSG);
}

pub fn parse(comptime Request: type, memory: []u8, text: []const u8) !Request {
    var buffer = std.heap.FixedBufferAllocator.init(memory);
    return std.json.parseFromSliceLeaky(Request, buffer.allocator(), text, .{});
}

/// Not read(2): the writer shares the offset and has left it at the end.
fn read(report: *Report, memory: []u8) Failed![]const u8 {
    var len: usize = 0;
    while (len < memory.len) {
        const rest = memory[len..];
        const rc = linux.pread(fd, rest.ptr, rest.len, @intCast(len));
        const part = try report.check(.read, "bpm's request", rc);
        if (part == 0) return memory[0..len];
        len += part;
    }
    return report.fail(.read, "bpm's request", .FBIG);
}
