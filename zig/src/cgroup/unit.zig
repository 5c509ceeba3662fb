//! When systemd is done with a unit of bpm's.
//!
//! systemd ends a scope when the kernel tells it that the scope's cgroup has become empty, and then
//! removes the cgroup. If somebody else removes it before systemd has looked, and it may be loading
//! its units anew just then, it never learns: it keeps the unit as running, and makes the cgroup
//! again. So the empty cgroup is left to it.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

/// Where a transient unit has a file for as long as systemd knows it (systemd.unit(5)).
const directory = "/run/systemd/transient";
/// One second. A systemd that takes longer comes to the unit whenever it goes on.
const rounds_max = 500;
const round: linux.timespec = .{ .sec = 0, .nsec = 2_000_000 };

/// Waits, but not for long, until systemd has forgotten the unit, whose cgroup is empty. Whether it
/// has: then what there may still be of the cgroup is nobody's.
pub fn awaitEnd(name: []const u8) bool {
    var buffer: [4096]u8 = undefined;
    const file = std.fmt.bufPrintZ(&buffer, "{s}/{s}", .{ directory, name }) catch return true;
    for (0..rounds_max) |_| {
        if (isAbsent(file)) return true;
        _ = linux.nanosleep(&round, null);
    }
    return isAbsent(file);
}

fn isAbsent(file: [:0]const u8) bool {
    return linux.errno(linux.access(file, linux.F_OK)) == .NOENT;
}
