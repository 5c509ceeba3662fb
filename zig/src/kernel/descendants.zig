//! Ends what outlives the main process, where there is no PID namespace that does so.

const std = @import("std");
const linux = @import("linux.zig");
const signals = @import("signals.zig");
const wait = @import("wait.zig");

/// A process in an uninterruptible sleep is waited for ten seconds; a sandbox that forks faster
/// than it is killed is left to bpm, which kills its cgroup.
const rounds_max = 500;
const round: linux.timespec = .{ .sec = 0, .nsec = 20 * std.time.ns_per_ms };

/// Kills all children; theirs become children in turn (PR_SET_CHILD_SUBREAPER(2)), until there is
/// none. Children are killed by number safely because only this process reaps them.
pub fn end() void {
    const child_ended = signals.set(&.{linux.SIGCHLD});
    for (0..rounds_max) |_| {
        if (!killChildren()) return;
        if (!wait.reap(0).children_left) return;
        _ = linux.sigtimedwait(child_ended, null, &round);
    }
}

/// False where there is no list (CONFIG_PROC_CHILDREN): killing the cgroup is then left to bpm. A
/// list that does not fit is dealt with in the next round.
fn killChildren() bool {
    const flags: linux.O = .{ .CLOEXEC = true };
    const opened = linux.openat(linux.AT.FDCWD, "/proc/thread-self/children", flags, 0);
    if (linux.errno(opened) != .SUCCESS) return false;
    const fd = linux.asInt(opened);
    defer _ = linux.close(fd);
    var buffer: [4096]u8 = undefined;
    const len = linux.read(fd, &buffer, buffer.len);
    if (linux.errno(len) != .SUCCESS) return false;
    var children: Pids = .{ .text = buffer[0..len] };
    while (children.next()) |pid| _ = linux.kill(pid, linux.SIGKILL);
    return true;
}

/// The list of proc_tid_children(5): each number is followed by a space. One that is not was cut,
/// and would name another process.
const Pids = struct {
    text: []const u8,

    fn next(self: *Pids) ?linux.pid_t {
        const len = std.mem.indexOfScalar(u8, self.text, ' ') orelse return null;
        defer self.text = self.text[len + 1 ..];
        const pid = std.fmt.parseInt(linux.pid_t, self.text[0..len], 10) catch return null;
        return if (pid > 0) pid else null; // 0 and -1 would address groups
    }
};

test "a list of children, without the number that was cut" {
    var children: Pids = .{ .text = "12 345 67" };
    try std.testing.expectEqual(12, children.next());
    try std.testing.expectEqual(345, children.next());
    try std.testing.expectEqual(null, children.next());
}

test "nothing that addresses a group of processes" {
    for ([_][]const u8{ "0 ", "-1 ", "x ", " ", "" }) |text| {
        var children: Pids = .{ .text = text };
        try std.testing.expectEqual(null, children.next());
    }
}
