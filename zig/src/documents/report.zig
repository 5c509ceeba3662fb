//! What failed: the step, the path or name it was applied to, and the errno.
//!
//! One fixed structure, so that a child between clone and exec can hand its failure to the parent
//! with a single write to a pipe: it is smaller than PIPE_BUF and therefore arrives whole.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const Step = @import("step.zig").Step;

/// The only error in this library: the report says what it was.
pub const Failed = error{Failed};

/// The same for TypeScript.
pub const Failure = struct { step: Step, subject: []const u8, errno: i32 };

pub const Report = extern struct {
    errno: i32 = 0,
    /// Nothing before there is a failure.
    step: Step = undefined,
    subject: [1024]u8 = [_]u8{0} ** 1024,

    /// Passes on the value of a call that succeeded; otherwise notes what was being done to what.
    pub fn check(self: *Report, step: Step, subject: []const u8, rc: usize) Failed!usize {
        const code = linux.errno(rc);
        if (code == .SUCCESS) return rc;
        return self.fail(step, subject, code);
    }

    /// `check` for calls that return a descriptor or a process id.
    pub fn checkInt(self: *Report, step: Step, subject: []const u8, rc: usize) Failed!i32 {
        return linux.asInt(try self.check(step, subject, rc));
    }

    pub fn fail(self: *Report, step: Step, subject: []const u8, code: linux.E) Failed {
        self.* = .{ .errno = @intFromEnum(code), .step = step };
        copy(&self.subject, subject);
        return error.Failed;
    }

    pub fn subjectName(self: *const Report) []const u8 {
        return std.mem.sliceTo(&self.subject, 0);
    }

    /// For example ENOENT.
    pub fn errnoName(self: *const Report, buffer: *[16]u8) []const u8 {
        const code: linux.E = @enumFromInt(self.errno);
        const name = std.enums.tagName(linux.E, code) orelse return "UNKNOWN";
        return std.fmt.bufPrint(buffer, "E{s}", .{name}) catch "UNKNOWN";
    }

    /// One line for stderr, cut to what fits.
    pub fn sentence(self: *const Report, line: []u8) []const u8 {
        var buffer: [16]u8 = undefined;
        const words = .{ @tagName(self.step), self.subjectName(), self.errnoName(&buffer) };
        return std.fmt.bufPrint(line, "Error: could not {s} {s}: {s}\n", words) catch line;
    }

    pub fn failure(self: *const Report) Failure {
        return .{ .step = self.step, .subject = self.subjectName(), .errno = self.errno };
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
    std.debug.assert(@sizeOf(Report) == 1032);
    std.debug.assert(@sizeOf(Report) <= PIPE_BUF);
}

test "a failure keeps step, subject and errno, cut to what fits" {
    var report: Report = .{};
    const long = "/" ** 2000;
    try std.testing.expectError(error.Failed, report.check(.mount, long, @bitCast(@as(isize, -13))));
    try std.testing.expectEqual(@as(i32, 13), report.errno);
    try std.testing.expectEqual(Step.mount, report.step);
    try std.testing.expectEqual(@as(usize, 1023), report.subjectName().len);
    try std.testing.expectEqual(@as(usize, 7), try report.check(.open, "/x", 7));
}

test "a failure is one sentence" {
    var report: Report = .{};
    var line: [256]u8 = undefined;
    const path = "/var/vcap/sys/run/bpm-state/x";
    try std.testing.expectEqual(error.Failed, report.fail(.remove, path, .NOTEMPTY));
    try std.testing.expectEqualStrings(
        "Error: could not remove /var/vcap/sys/run/bpm-state/x: ENOTEMPTY\n",
        report.sentence(&line),
    );
}
