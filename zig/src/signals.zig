//! Signal state around clone and exec.
//!
//! The JavaScript engine ignores SIGPIPE and SIGXFSZ and handles others; an ignored signal and a
//! blocked one both survive exec (signal(7)), so a job would inherit them.

const linux = @import("linux.zig");

const everything: linux.sigset = ~@as(linux.sigset, 0);

/// Keeps the engine's handlers from running in a child that has just been cloned. Returns the
/// mask that was in force.
pub fn blockAll() linux.sigset {
    var before: linux.sigset = 0;
    _ = linux.sigprocmaskSwap(linux.SIG_SETMASK, everything, &before);
    return before;
}

pub fn restore(mask: linux.sigset) void {
    _ = linux.sigprocmask(linux.SIG_SETMASK, mask);
}

pub fn unblockAll() void {
    _ = linux.sigprocmask(linux.SIG_SETMASK, 0);
}

/// Default disposition for every signal. KILL and STOP refuse, and cannot be otherwise anyway.
pub fn resetAll() void {
    var signal: u32 = 1;
    while (signal <= linux.signal_max) : (signal += 1) _ = linux.resetSignal(signal);
}
