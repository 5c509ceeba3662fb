//! Signal state around clone and exec.
//!
//! The JavaScript engine ignores SIGPIPE and SIGXFSZ and handles others; an ignored signal and a
//! blocked one both survive exec (signal(7)), so a job would inherit them.

const std = @import("std");
const linux = @import("linux.zig");

const everything: linux.sigset = ~@as(linux.sigset, 0);

/// With these, somebody wants an end.
pub const endings = set(&.{ linux.SIGHUP, linux.SIGINT, linux.SIGQUIT, linux.SIGTERM });

pub fn set(comptime numbers: []const u6) linux.sigset {
    var bits: linux.sigset = 0;
    for (numbers) |number| bits |= @as(linux.sigset, 1) << (number - 1);
    return bits;
}

pub fn isEnding(signal: u32) bool {
    return signal >= 1 and signal <= linux.signal_max and
        endings & (@as(linux.sigset, 1) << @intCast(signal - 1)) != 0;
}

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

/// Lets one signal through that was blocked with all others, where it has come meanwhile.
pub fn admit(signal: u6) void {
    restore(everything & ~(@as(linux.sigset, 1) << (signal - 1)));
    restore(everything);
}

/// Default disposition for every signal. KILL and STOP refuse, and cannot be otherwise anyway.
pub fn resetAll() void {
    var signal: u32 = 1;
    while (signal <= linux.signal_max) : (signal += 1) _ = linux.resetSignal(signal);
}

/// `SIGKILL` for 9; null for a signal without a name, as the real-time ones are.
pub fn name(signal: u32) ?[]const u8 {
    return if (signal >= 1 and signal <= names.len) names[signal - 1] else null;
}

/// signal(7), in the order of their numbers on x86-64 and arm64.
const names = [_][]const u8{
    "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",  "SIGFPE",
    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
    "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU",
    "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};

test "names of signals" {
    try std.testing.expectEqualStrings("SIGHUP", name(1).?);
    try std.testing.expectEqualStrings("SIGKILL", name(linux.SIGKILL).?);
    try std.testing.expectEqualStrings("SIGTSTP", name(linux.SIGTSTP).?);
    try std.testing.expectEqualStrings("SIGSYS", name(31).?);
    for ([_]u32{ 0, 32, 64 }) |number| try std.testing.expectEqual(null, name(number));
}
