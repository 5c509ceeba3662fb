//! The caller's terminal in raw mode, so that every key reaches the one inside; and back, whatever
//! happens.
//!
//! A process that does nothing, the guard, outlives this one if that is killed, and puts the
//! terminal back then.

const std = @import("std");
const clone = @import("../kernel/clone.zig");
const linux = @import("../kernel/linux.zig");
const signals = @import("../kernel/signals.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub const RawMode = struct {
    terminal: linux.fd_t,
    before: linux.termios,
    guard: linux.pid_t,

    /// Notes down how the terminal is, and changes nothing yet. Fails with ENOTTY where it is none.
    pub fn prepare(report: *Report, terminal: linux.fd_t) Failed!RawMode {
        try awaitForeground(report, terminal);
        var before: linux.termios = undefined;
        const rc = linux.tcgetattr(terminal, &before);
        _ = try report.check(.@"read the settings of", "standard input", rc);
        const parent = linux.getpid();
        const child = clone.clone(.{ .flags = linux.CLONE_CLEAR_SIGHAND, .exit_signal = linux.SIGCHLD });
        if (child == 0) watchOver(terminal, &before, parent);
        const guard = try report.checkInt(.clone, "guard of the terminal", child);
        return .{ .terminal = terminal, .before = before, .guard = guard };
    }

    pub fn enter(self: *const RawMode) void {
        var ignored: Report = .{};
        awaitForeground(&ignored, self.terminal) catch return;
        _ = linux.tcsetattr(self.terminal, &raw(self.before));
    }

    /// Back to how it was. To be called once.
    pub fn leave(self: *const RawMode) void {
        _ = linux.tcsetattr(self.terminal, &self.before);
        // Only this wait reaps it, so the number is still its own.
        _ = linux.kill(self.guard, linux.SIGKILL);
        var ignored: Report = .{};
        _ = clone.wait(&ignored, self.guard) catch {};
    }
};

/// How often it may be continued without being given the terminal.
const continuations_max = 100;

/// A terminal belongs to who is in its foreground. The kernel stops others that read or set it, until
/// their shell has given it to them (termios(3), SIGTTIN); it spares those that block all signals, as
/// this program does, so that they have to stop themselves. To be called with all signals blocked.
fn awaitForeground(report: *Report, terminal: linux.fd_t) Failed!void {
    for (0..continuations_max) |_| {
        var foreground: linux.pid_t = 0;
        const rc = linux.foregroundOf(terminal, &foreground);
        const is_ours = foreground == linux.getpgrp();
        if (linux.errno(rc) != .SUCCESS or is_ours) return;
        _ = linux.kill(0, linux.SIGTTIN);
        signals.admit(linux.SIGTTIN);
    }
    return report.fail(.use, "standard input from the background", .IO);
}

/// As cfmakeraw(3) has it; the numbers are those of asm-generic/termbits.h.
fn raw(from: linux.termios) linux.termios {
    const IGNBRK = 0o1;
    const BRKINT = 0o2;
    const PARMRK = 0o10;
    const ISTRIP = 0o40;
    const INLCR = 0o100;
    const IGNCR = 0o200;
    const ICRNL = 0o400;
    const IXON = 0o2000;
    const OPOST = 0o1;
    const ISIG = 0o1;
    const ICANON = 0o2;
    const ECHO = 0o10;
    const ECHONL = 0o100;
    const IEXTEN = 0o100000;
    const CSIZE = 0o60;
    const PARENB = 0o400;
    const CS8 = 0o60;
    const VTIME = 5;
    const VMIN = 6;
    var to = from;
    to.iflag &= ~@as(u32, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    to.oflag &= ~@as(u32, OPOST);
    to.lflag &= ~@as(u32, ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    to.cflag = to.cflag & ~@as(u32, CSIZE | PARENB) | CS8;
    to.cc[VMIN] = 1;
    to.cc[VTIME] = 0;
    return to;
}

/// Every signal is blocked, so that what the keyboard sends ends only what it is meant for, and
/// setting a terminal from the background is allowed (tcsetattr(3), SIGTTOU).
fn watchOver(terminal: linux.fd_t, before: *const linux.termios, parent: linux.pid_t) noreturn {
    const name = @intFromPtr("bpm-terminal");
    _ = linux.prctl(linux.PR_SET_NAME, name, 0);
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGTERM, 0);
    _ = linux.close_range(@intCast(terminal + 1), std.math.maxInt(u32), 0);
    while (linux.getppid() == parent) _ = linux.sigtimedwait(~@as(linux.sigset, 0), null, null);
    _ = linux.tcsetattr(terminal, before);
    linux.exit_group(0);
}

test "raw mode passes every byte on, and keeps the speed" {
    const before: linux.termios = .{
        .iflag = 0o2400,
        .oflag = 0o5,
        .cflag = 0o277,
        .lflag = 0o105073,
        .line = 0,
        .cc = [_]u8{7} ** 19,
    };
    const to = raw(before);
    try std.testing.expectEqual(0, to.iflag);
    try std.testing.expectEqual(0, to.lflag & 0o100013);
    try std.testing.expectEqual(0o4, to.oflag);
    try std.testing.expectEqual(before.cflag, to.cflag);
    try std.testing.expectEqual(1, to.cc[6]);
    try std.testing.expectEqual(0, to.cc[5]);
}
