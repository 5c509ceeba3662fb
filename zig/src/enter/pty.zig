//! A pseudo-terminal of the sandbox's own: the command finds it in its /dev/pts, and the terminal of
//! whoever called bpm stays out of reach.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Not /dev/ptmx, which is a link to it, or the host's.
const path = "/dev/pts/ptmx";

pub const Pty = struct {
    /// Never waits.
    master: linux.fd_t,
    slave: linux.fd_t,
};

/// Inside the sandbox's mount namespace. What a privileged job may have put in the device's place
/// is refused.
pub fn open(report: *Report, owner: u32) Failed!Pty {
    const flags: linux.O = .{ .ACCMODE = .RDWR, .NOCTTY = true, .NONBLOCK = true, .CLOEXEC = true };
    const how: linux.open_how = .{
        .flags = @as(u32, @bitCast(flags)),
        .resolve = linux.RESOLVE_NO_SYMLINKS,
    };
    const master = try report.checkInt(.open, path, linux.openat2(linux.AT.FDCWD, path, &how));
    errdefer _ = linux.close(master);
    if (linux.fileSystemType(master) != linux.DEVPTS_SUPER_MAGIC) return report.fail(.open, path, .NOTTY);
    _ = try report.check(.unlock, path, linux.unlockPseudoTerminal(master));
    const slave = try report.checkInt(.@"open the other end of", path, linux.openPeer(master));
    errdefer _ = linux.close(slave);
    // Programs open their terminal again by its name.
    const unchanged = std.math.maxInt(u32);
    _ = try report.check(.chown, path, linux.fchown(slave, owner, unchanged));
    return .{ .master = master, .slave = slave };
}
