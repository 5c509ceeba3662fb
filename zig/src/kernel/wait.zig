//! Wait statuses, for the programs that outlive bpm.

const linux = @import("linux.zig");

pub const Reaped = struct {
    /// The wait status of the process that was asked for, if it was among those that had ended.
    main: ?u32 = null,
    children_left: bool = true,
};

/// Reaps all that has ended, whoever's child it was first.
pub fn reap(main: linux.pid_t) Reaped {
    var reaped: Reaped = .{};
    while (true) {
        var status: u32 = 0;
        const rc = linux.wait4(-1, &status, linux.W.NOHANG, null);
        if (linux.errno(rc) != .SUCCESS or rc == 0) {
            reaped.children_left = linux.errno(rc) != .CHILD;
            return reaped;
        }
        if (linux.asInt(rc) == main) reaped.main = status;
    }
}

/// Null for a process that a signal ended.
pub fn exited(status: u32) ?u8 {
    return if (linux.W.IFEXITED(status)) linux.W.EXITSTATUS(status) else null;
}

/// Null for a process that exited.
pub fn signalled(status: u32) ?u32 {
    return if (linux.W.IFEXITED(status)) null else linux.W.TERMSIG(status);
}

/// As shells have it: 128 and the signal for a process that a signal ended.
pub fn exitCode(status: u32) u8 {
    return exited(status) orelse @intCast(128 + linux.W.TERMSIG(status));
}
