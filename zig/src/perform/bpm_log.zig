//! Lines of bpm.log, composed beforehand but for the time.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const timestamp = @import("../documents/timestamp.zig");

const opening = "{\"timestamp\":\"";

/// Each line with one call, so that writers at the same time do not mix. Whatever keeps a line from
/// being written must not keep a process from starting or stopping: it is returned.
pub fn append(allocator: std.mem.Allocator, fd: linux.fd_t, lines: []const plan.Text) linux.E {
    if (fd < 0) return .SUCCESS;
    for (lines) |line| {
        var time: [timestamp.length]u8 = undefined;
        const parts = [_][]const u8{ opening, timestamp.now(&time), "\",", line.z, "\n" };
        const text = std.mem.concat(allocator, u8, &parts) catch return .NOMEM;
        const rc = linux.write(fd, text.ptr, text.len);
        if (linux.errno(rc) != .SUCCESS) return linux.errno(rc);
        if (rc < text.len) return .NOSPC;
    }
    return .SUCCESS;
}
