//! What a process has from whoever called bpm, and a job is not to have: a job is the same whether
//! monit starts it, an agent that the kernel protects, or an operator behind taskset and nice.
//!
//! Nothing here can fail a start. What a container does not let bpm change is the container's.

const linux = @import("../kernel/linux.zig");
const rlimits = @import("rlimits.zig");
const signals = @import("../kernel/signals.zig");

/// In the child, in its cgroups already: those may have processors of their own.
pub fn forget() void {
    signals.resetAll();
    rlimits.lift();
    forgetScheduling();
    forgetMemory();
    _ = linux.personality(linux.PER_LINUX);
    _ = linux.prctl(linux.PR_SET_SECUREBITS, 0, 0);
}

fn forgetScheduling() void {
    _ = linux.useAllProcessors();
    _ = linux.setScheduler(linux.SCHED_OTHER);
    _ = linux.setNice(0);
    // No class of its own: it follows from the nice value (ioprio_set(2)).
    _ = linux.setIoPriority(0);
    _ = linux.prctl(linux.PR_SET_TIMERSLACK, timer_slack_ns, 0);
}

/// init_task's. Zero would mean what the caller had.
const timer_slack_ns = 50_000;

fn forgetMemory() void {
    _ = linux.useDefaultMemoryPolicy();
    _ = linux.prctl(linux.PR_SET_THP_DISABLE, 0, 0);
    // Otherwise the memory limit of a protected agent's job would find nobody to kill. This is also
    // as low as the job itself can go (proc_pid_oom_score_adj(5)).
    const path = "/proc/self/oom_score_adj";
    const rc = linux.openat(linux.AT.FDCWD, path, .{ .ACCMODE = .WRONLY, .CLOEXEC = true }, 0);
    if (linux.errno(rc) != .SUCCESS) return;
    const fd = linux.asInt(rc);
    defer _ = linux.close(fd);
    _ = linux.write(fd, "0", 1);
}
