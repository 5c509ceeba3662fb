//! What failed: the step, the path or name it was applied to, and the errno.
//!
//! One fixed structure, so that a child between clone and exec can hand its failure to the parent
//! with a single write to a pipe: it is smaller than PIPE_BUF and therefore arrives whole.

const std = @import("std");
const linux = @import("linux.zig");

/// The only error in this library: the report says what it was.
pub const Failed = error{Failed};

pub const Report = extern struct {
    errno: i32 = 0,
    step: [32]u8 = [_]u8{0} ** 32,
    subject: [1024]u8 = [_]u8{0} ** 1024,

    /// Passes on the value of a call that succeeded; otherwise notes what was being done to what.
    pub fn check(self: *Report, step: []const u8, subject: []const u8, rc: usize) Failed!usize {
        const code = linux.errno(rc);
        if (code == .SUCCESS) return rc;
        return self.fail(step, subject, code);
    }

    /// `check` for calls that return a descriptor or a process id.
    pub fn checkInt(self: *Report, step: []const u8, subject: []const u8, rc: usize) Failed!i32 {
        return linux.asInt(try self.check(step, subject, rc));
    }

    pub fn fail(self: *Report, step: []const u8, subject: []const u8, code: linux.E) Failed {
        self.* = .{ .errno = @intFromEnum(code) };
        copy(&self.step, step);
        copy(&self.subject, subject);
        return error.Failed;
    }

    pub fn stepName(self: *const Report) []const u8 {
        return std.mem.sliceTo(&self.step, 0);
    }

    pub fn subjectName(self: *const Report) []const u8 {
        return std.mem.sliceTo(&self.subject, 0);
    }

    pub fn bytes(self: *const Report) []const u8 {
        return std.mem.asBytes(self);
    }
};

/// Cuts what does not fit; the last byte stays 0.
fn copy(to: []u8, from: []const u8) void {
    const len = @min(from.len, to.len - 1);
    @memcpy(to[0..len], from[0..len]);
}

comptime {
    const PIPE_BUF = 4096;
    std.debug.assert(@sizeOf(Report) == 1060);
    std.debug.assert(@sizeOf(Report) <= PIPE_BUF);
}

test "a failure keeps step, subject and errno, cut to what fits" {
    var report: Report = .{};
    const long = "/" ** 2000;
    try std.testing.expectError(error.Failed, report.check("mount", long, @bitCast(@as(isize, -13))));
    try std.testing.expectEqual(@as(i32, 13), report.errno);
    try std.testing.expectEqualStrings("mount", report.stepName());
    try std.testing.expectEqual(@as(usize, 1023), report.subjectName().len);
    try std.testing.expectEqual(@as(usize, 7), try report.check("open", "/x", 7));
}
