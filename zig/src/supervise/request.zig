//! What bpm leaves for its supervisor.

const std = @import("std");
const document = @import("../documents/document.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Also the bound of every line that is made from it.
pub const document_max = 64 << 10;

/// Descriptors are -1 where there is none.
pub const Request = struct {
    /// The init, a child of this process.
    pid: i32,
    /// Reading ends.
    stdout_pipe: i32,
    stderr_pipe: i32,
    /// Opened for appending.
    stdout_log: i32,
    stderr_log: i32,
    bpm_log: i32,
    /// Where the init notes down how the errand ended.
    exit_record: plan.Path,
    /// "failed to run job-process": what the line about an exit status starts with.
    failure_prefix: plan.Text,
    /// The line for stderr when memory ran out.
    memory_notice: plan.Text,
    /// Lines of bpm.log, from after the timestamp on; "{status}" stands for the exit status,
    /// "{reason}" for what has ended the errand.
    on_out_of_memory: []const plan.Text,
    on_success: []const plan.Text,
    on_failure: []const plan.Text,
    /// To be killed and removed.
    cgroups: []const plan.CgroupRef,
    /// In directories that only root can write to.
    unlink: []const plan.Path,
    rmdir: []const plan.Path,

    /// To be called once: the result lies in static memory.
    pub fn receive(report: *Report) Failed!Request {
        const Static = struct {
            var memory: [3 * document_max]u8 = undefined;
        };
        return (try document.receive(Request, report, &Static.memory)).checked(report);
    }

    /// kill(2) takes 0 and negative numbers for groups, and 1 is the host's init.
    fn checked(self: Request, report: *Report) Failed!Request {
        return if (self.pid > 1) self else report.fail(.supervise, "process", .INVAL);
    }
};

const example =
    \\{"pid":42,"stdout_pipe":4,"stderr_pipe":5,"stdout_log":6,"stderr_log":7,"bpm_log":-1,
    \\"exit_record":"/run/exit.json","failure_prefix":"failed to run job-process",
    \\"memory_notice":"b","on_out_of_memory":[],"on_success":["a"],"on_failure":[],
    \\"cgroups":[{"version":2,"directory":"/sys/fs/cgroup/x","unit":null}],"unlink":["/run/a"],"rmdir":[]}
;

test "a request" {
    var memory: [4096]u8 = undefined;
    const request = try document.parse(Request, &memory, example);
    try std.testing.expectEqual(42, request.pid);
    try std.testing.expectEqual(-1, request.bpm_log);
    try std.testing.expectEqualStrings("/run/exit.json", request.exit_record.z);
    try std.testing.expectEqualStrings("failed to run job-process", request.failure_prefix.z);
    try std.testing.expectEqualStrings("a", request.on_success[0].z);
    try std.testing.expectEqualStrings("/sys/fs/cgroup/x", request.cgroups[0].directory.z);
    try std.testing.expectEqualStrings("/run/a", request.unlink[0].z);
}

test "a request that differs from the schema is refused" {
    const rows = [_]struct { part: []const u8, instead: []const u8, expected: anyerror }{
        .{ .part = "\"pid\":42,", .instead = "", .expected = error.MissingField },
        .{ .part = "\"pid\"", .instead = "\"x\":1,\"pid\"", .expected = error.UnknownField },
        .{ .part = "/run/a", .instead = "run/a", .expected = error.InvalidCharacter },
        .{ .part = "/run/a", .instead = "/run/\\u0000a", .expected = error.InvalidCharacter },
    };
    for (rows) |row| {
        var memory: [4096]u8 = undefined;
        var text: [1024]u8 = undefined;
        const size = std.mem.replacementSize(u8, example, row.part, row.instead);
        _ = std.mem.replace(u8, example, row.part, row.instead, &text);
        try std.testing.expectError(row.expected, document.parse(Request, &memory, text[0..size]));
    }
}

test "a pid that means something else to kill(2) is refused" {
    var memory: [4096]u8 = undefined;
    var report: Report = .{};
    var request = try document.parse(Request, &memory, example);
    try std.testing.expectEqual(42, (try request.checked(&report)).pid);
    for ([_]i32{ 1, 0, -7 }) |pid| {
        request.pid = pid;
        try std.testing.expectError(error.Failed, request.checked(&report));
    }
}
