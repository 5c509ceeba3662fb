//! What becomes of the sandbox when the init's parent ends: nothing after `bpm start`, its end
//! after `bpm run`, whose supervisor is the parent.

const handoff = @import("../documents/handoff.zig");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Somebody else may send this signal as well; `endedWith` tells the two apart.
const death_signal_of_subreaper = 64;

pub const Parent = struct {
    pid: linux.pid_t,
    death_signal: i32,

    /// PID 1 is killed with its parent, and the kernel then kills its namespace. A subreaper has
    /// to end its descendants itself, so it needs a signal that lets it.
    pub fn tie(report: *Report, header: handoff.Header) Failed!Parent {
        if (header.die_with_parent == 0) return set(report, 0);
        const subreaper = header.subreaper != 0;
        const parent = try set(report, if (subreaper) death_signal_of_subreaper else linux.SIGKILL);
        // A parent that ended before this point sends no signal, but it held the reading end.
        if (readerIsGone()) return report.fail(.start, "bpm has ended", .PIPE);
        return parent;
    }

    /// Whether this signal says that the parent has ended. The kernel finds a new parent before it
    /// sends the signal (forget_original_parent() in kernel/exit.c).
    pub fn endedWith(self: Parent, signal: i32) bool {
        return signal == self.death_signal and linux.getppid() != self.pid;
    }
};

/// Also takes back what the launching child had set, which survives exec (PR_SET_PDEATHSIG(2)).
fn set(report: *Report, signal: i32) Failed!Parent {
    const pid = linux.getppid();
    const rc = linux.prctl(linux.PR_SET_PDEATHSIG, @intCast(signal), 0);
    _ = try report.check(.prctl, "PR_SET_PDEATHSIG", rc);
    return .{ .pid = pid, .death_signal = signal };
}

fn readerIsGone() bool {
    var status = [_]linux.pollfd{.{ .fd = handoff.fd.status, .events = 0, .revents = 0 }};
    const rc = linux.poll(&status, status.len, 0);
    return linux.errno(rc) == .SUCCESS and status[0].revents & linux.POLL.ERR != 0;
}
