//! What is executed: the argument and the environment vector that execve(2) takes, whole before
//! the process exists that executes them.

const std = @import("std");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub const String = [*:0]const u8;
pub const Vector = [:null]?String;

pub const Command = struct {
    argv: Vector,
    env: Vector,
    /// A free slot, and argv behind it.
    slots: []?String,

    /// `argv` has one at least.
    pub fn make(
        report: *Report,
        allocator: std.mem.Allocator,
        argv: []const plan.Text,
        env: []const plan.Text,
    ) Failed!Command {
        const slots = allocator.alloc(?String, argv.len + env.len + 3) catch
            return report.fail(.allocate, "", .NOMEM);
        return .{
            .argv = fill(slots[1 .. argv.len + 2], argv),
            .env = fill(slots[argv.len + 2 ..], env),
            .slots = slots,
        };
    }

    pub fn executable(self: Command) [:0]const u8 {
        return std.mem.span(self.argv[0].?);
    }

    /// The value of an environment variable of the job.
    pub fn variable(self: Command, name: []const u8) ?[:0]const u8 {
        for (self.env) |entry| {
            const text = std.mem.span(entry.?);
            if (!std.mem.startsWith(u8, text, name)) continue;
            // What follows the name is there, if only as the NUL.
            if (text[name.len] == '=') return text[name.len + 1 ..];
        }
        return null;
    }

    /// The vector of `/bin/sh PATH ARGUMENTS`. It takes the place of argv.
    pub fn asScript(self: Command, shell: String, path: String) [*:null]?String {
        self.slots[0] = shell;
        self.slots[1] = path;
        return self.slots[0 .. self.argv.len + 1 :null].ptr;
    }
};

/// What execve(2) takes of such texts.
pub fn vector(report: *Report, allocator: std.mem.Allocator, texts: []const plan.Text) Failed!Vector {
    const slots = allocator.alloc(?String, texts.len + 1) catch return report.fail(.allocate, "", .NOMEM);
    return fill(slots, texts);
}

fn fill(slots: []?String, texts: []const plan.Text) Vector {
    for (slots[0..texts.len], texts) |*slot, text| slot.* = text.z.ptr;
    slots[texts.len] = null;
    return slots[0..texts.len :null];
}

const testing = std.testing;

test "vectors of texts, and what is found in them" {
    const argv = [_]plan.Text{ .{ .z = "x" }, .{ .z = "-a" } };
    const env = [_]plan.Text{ .{ .z = "PATHX=1" }, .{ .z = "PATH=/a:/b" }, .{ .z = "E=" } };
    var report: Report = .{};
    var memory: [8 * 16]u8 align(8) = undefined;
    var fixed = std.heap.FixedBufferAllocator.init(&memory);
    const command = try Command.make(&report, fixed.allocator(), &argv, &env);
    try testing.expectEqualStrings("x", command.executable());
    try testing.expectEqual(2, command.argv.len);
    try testing.expectEqual(3, command.env.len);
    try testing.expectEqualStrings("/a:/b", command.variable("PATH").?);
    try testing.expectEqualStrings("", command.variable("E").?);
    try testing.expectEqual(null, command.variable("PAT"));
    const script = std.mem.span(command.asScript("/bin/sh", "/opt/x"));
    try testing.expectEqual(3, script.len);
    try testing.expectEqualStrings("/opt/x", std.mem.span(script[1].?));
    try testing.expectEqualStrings("-a", std.mem.span(script[2].?));
}
