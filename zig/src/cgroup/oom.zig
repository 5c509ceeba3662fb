//! How often the kernel has killed for want of memory in the sandbox's cgroup. Both memory.events
//! (v2) and memory.oom_control (v1) have a line `oom_kill N`.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");

/// What the file says that `events` is a descriptor of. Null where the number is not to be had: a
/// kernel that does not count, a cgroup that is gone, no descriptor.
pub fn count(events: linux.fd_t) ?u64 {
    var buffer: [1024]u8 = undefined;
    const rc = linux.pread(events, &buffer, buffer.len, 0);
    if (linux.errno(rc) != .SUCCESS) return null;
    return parse(buffer[0..rc]);
}

/// Whether the number has grown. The kernel counts before it kills, so whoever has seen the death
/// sees the count.
pub fn grew(events: linux.fd_t, before: ?u64) bool {
    const known = before orelse return false;
    const now = count(events) orelse return false;
    return now > known;
}

/// Whether anything was killed in these leaves, since they were made.
pub fn hasKilledIn(cgroups: []const plan.CgroupRef) bool {
    for (cgroups) |leaf| if (countIn(leaf) > 0) return true;
    return false;
}

fn countIn(leaf: plan.CgroupRef) u64 {
    const file = if (leaf.version == 2) "memory.events" else "memory.oom_control";
    var buffer: [4096]u8 = undefined;
    const path = std.fmt.bufPrintZ(&buffer, "{s}/{s}", .{ leaf.directory.z, file }) catch return 0;
    const opened = linux.openat(linux.AT.FDCWD, path, .{ .CLOEXEC = true }, 0);
    if (linux.errno(opened) != .SUCCESS) return 0;
    const events = linux.asInt(opened);
    defer _ = linux.close(events);
    return count(events) orelse 0;
}

fn parse(text: []const u8) ?u64 {
    var lines = std.mem.tokenizeScalar(u8, text, '\n');
    while (lines.next()) |line| {
        var words = std.mem.tokenizeScalar(u8, line, ' ');
        const key = words.next() orelse continue;
        if (!std.mem.eql(u8, key, "oom_kill")) continue;
        return std.fmt.parseInt(u64, words.next() orelse return null, 10) catch null;
    }
    return null;
}

test "the count of both hierarchies" {
    const v1 = "oom_kill_disable 0\nunder_oom 1\noom_kill 3\n";
    const v2 = "low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n";
    const rows = [_]struct { text: []const u8, expected: ?u64 }{
        .{ .text = v1, .expected = 3 },
        .{ .text = v2, .expected = 1 },
        .{ .text = "oom_kill_disable 0\nunder_oom 0\n", .expected = null },
        .{ .text = "oom_kill", .expected = null },
        .{ .text = "oom_kill x\n", .expected = null },
        .{ .text = "", .expected = null },
    };
    for (rows) |row| try std.testing.expectEqual(row.expected, parse(row.text));
}
