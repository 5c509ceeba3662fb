//! What bpm leaves for its supervisor: one JSON document in a memfd. The structure is the schema;
//! unknown and missing fields are refused.

const std = @import("std");
const linux = @import("../linux.zig");
const plan = @import("../plan.zig");
const Report = @import("../report.zig").Report;
const Failed = @import("../report.zig").Failed;

const document_fd = 3;
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
    /// "failed to run job-process": what the line about an exit status starts with.
    failure_prefix: plan.Text,
    /// Lines of bpm.log, from after the timestamp on; "{status}" stands for the exit status.
    on_success: []const plan.Text,
    on_failure: []const plan.Text,
    /// To be killed and removed.
    cgroups: []const plan.CgroupRef,
    /// In directories that only root can write to.
    unlink: []const plan.Path,
    rmdir: []const plan.Path,

    /// Reads and closes the document. To be called once: the result lies in static memory.
    pub fn receive(report: *Report) Failed!Request {
        const text = try read(report);
        _ = linux.close(document_fd);
        const Static = struct {
            var parsed: [2 * document_max]u8 = undefined;
        };
        return parse(&Static.parsed, text) catch malformed(report);
    }
};

/// Not read(2): the writer shares the offset and has left it at the end.
fn read(report: *Report) Failed![]const u8 {
    const Static = struct {
        var text: [document_max]u8 = undefined;
    };
    var len: usize = 0;
    while (len < document_max) {
        const rest = Static.text[len..];
        const rc = linux.pread(document_fd, rest.ptr, rest.len, @intCast(len));
        const part = try report.check("read", "the supervisor's request", rc);
        if (part == 0) return Static.text[0..len];
        len += part;
    }
    return report.fail("read", "the supervisor's request", .FBIG);
}

fn parse(memory: []u8, text: []const u8) !Request {
    var buffer = std.heap.FixedBufferAllocator.init(memory);
    const request = try std.json.parseFromSliceLeaky(Request, buffer.allocator(), text, .{});
    // kill(2) takes 0 and negative numbers for groups, and 1 is the host's init.
    if (request.pid <= 1) return error.InvalidNumber;
    return request;
}

fn malformed(report: *Report) Failed {
    return report.fail("parse", "the supervisor's request", .BADMSG);
}

const example =
    \\{"pid":42,"stdout_pipe":4,"stderr_pipe":5,"stdout_log":6,"stderr_log":7,"bpm_log":-1,
    \\"failure_prefix":"failed to run job-process","on_success":["a"],"on_failure":[],
    \\"cgroups":[{"version":2,"directory":"/sys/fs/cgroup/x","unit":null}],"unlink":["/run/a"],"rmdir":[]}
;

test "a request" {
    var memory: [4096]u8 = undefined;
    const request = try parse(&memory, example);
    try std.testing.expectEqual(42, request.pid);
    try std.testing.expectEqual(-1, request.bpm_log);
    try std.testing.expectEqualStrings("failed to run job-process", request.failure_prefix.z);
    try std.testing.expectEqualStrings("a", request.on_success[0].z);
    try std.testing.expectEqualStrings("/sys/fs/cgroup/x", request.cgroups[0].directory.z);
    try std.testing.expectEqualStrings("/run/a", request.unlink[0].z);
}

test "a request that differs from the schema is refused" {
    const rows = [_]struct { part: []const u8, instead: []const u8, expected: anyerror }{
        .{ .part = "\"pid\":42,", .instead = "", .expected = error.MissingField },
        .{ .part = "\"pid\"", .instead = "\"x\":1,\"pid\"", .expected = error.UnknownField },
        .{ .part = "42", .instead = "1", .expected = error.InvalidNumber },
        .{ .part = "42", .instead = "-7", .expected = error.InvalidNumber },
        .{ .part = "/run/a", .instead = "run/a", .expected = error.InvalidCharacter },
        .{ .part = "/run/a", .instead = "/run/\\u0000a", .expected = error.InvalidCharacter },
    };
    for (rows) |row| {
        var memory: [4096]u8 = undefined;
        var text: [1024]u8 = undefined;
        const size = std.mem.replacementSize(u8, example, row.part, row.instead);
        _ = std.mem.replace(u8, example, row.part, row.instead, &text);
        try std.testing.expectError(row.expected, parse(&memory, text[0..size]));
    }
}
