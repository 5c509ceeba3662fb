//! Between the command inside and whoever called bpm: input in, output out, signals in.

const linux = @import("../kernel/linux.zig");
const process = @import("../kernel/process.zig");
const streams = @import("../relay/streams.zig");
const wait = @import("../kernel/wait.zig");
const RawMode = @import("raw_mode.zig").RawMode;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// How long the last output of a terminal may take to get through the kernel, and how much of what
/// others write to it is still shown, in milliseconds.
const quiet_ms = 100;
const last_words_ms = 1000;

pub const Ending = union(enum) {
    /// The command's wait status.
    status: u32,
    /// The caller's terminal is gone, or a signal said to end.
    signal: u8,

    /// As shells have it.
    pub fn exitCode(self: Ending) u8 {
        return switch (self) {
            .status => |status| wait.exitCode(status),
            .signal => |number| 128 + number,
        };
    }
};

pub const Session = struct {
    child: linux.pid_t,
    /// Of a terminal the input and stdout are the same, opened twice, and there is no stderr.
    streams: streams.Streams,
    /// The caller's terminal, where the command has one of its own.
    raw: ?*const RawMode,

    /// To be called once.
    pub fn start(
        report: *Report,
        child: linux.pid_t,
        ends: streams.Ends,
        raw: ?*const RawMode,
    ) Failed!Session {
        return .{ .child = child, .streams = try streams.Streams.open(report, ends), .raw = raw };
    }

    pub fn untilEnded(self: *Session) Ending {
        // It may have ended while nobody waited for SIGCHLD.
        if (self.reap()) |status| return .{ .status = status };
        while (true) {
            switch (self.streams.turn(-1)) {
                .signal => |info| if (self.heed(info)) |ending| return ending,
                .moved, .nothing => {},
            }
            if (self.hasHungUp()) return .{ .signal = linux.SIGHUP };
        }
    }

    /// Passes on what the command has left.
    pub fn drain(self: *Session) void {
        if (self.raw == null) self.streams.endOutput() else self.readLastWords();
        self.streams.drain();
    }

    fn heed(self: *Session, info: linux.signalfd_siginfo) ?Ending {
        if (info.signo == linux.SIGCHLD) {
            return if (self.reap()) |status| .{ .status = status } else null;
        }
        if (self.raw) |raw| return self.atTerminal(raw, info);
        // A keyboard sends signals to everything in the foreground, so all of the command's group
        // gets them. The command is not reaped, so the number is its own.
        streams.forward(info, -self.child);
        return null;
    }

    /// Whether the caller's terminal is gone. Of pipes, the command is to notice itself when nobody
    /// reads what it writes.
    fn hasHungUp(self: *Session) bool {
        const stdout = &self.streams.stdout;
        const stderr = &self.streams.stderr;
        if (self.raw != null) return self.streams.input.from < 0 or stdout.terminal.fd < 0;
        if (stdout.terminal.fd < 0) stdout.close();
        if (stderr.terminal.fd < 0) stderr.close();
        return false;
    }

    /// Fails where what the command wrote could not all be written to the caller's file, as on a full
    /// disk: whatever the command's own status is, half a dump is no success.
    pub fn requireWritten(self: *const Session, report: *Report) Failed!void {
        const outputs = .{
            .{ self.streams.stdout.terminal.lost, "standard output" },
            .{ self.streams.stderr.terminal.lost, "standard error" },
        };
        inline for (outputs) |output| {
            if (output[0] != .SUCCESS) return report.fail(.write, output[1], output[0]);
        }
    }

    /// Unlike a pipe, a terminal has not all at once that was written to its other end.
    fn readLastWords(self: *Session) void {
        const deadline = process.now() + last_words_ms;
        const stdout = &self.streams.stdout;
        while (stdout.pipe >= 0 and process.now() < deadline) {
            if (self.streams.turn(quiet_ms) == .nothing and stdout.terminal.hasSpace()) break;
        }
        stdout.close();
    }

    /// Only the command: the guard of the terminal is a child, too.
    fn reap(self: *Session) ?u32 {
        var status: u32 = 0;
        const rc = linux.wait4(self.child, &status, linux.W.NOHANG, null);
        return if (linux.errno(rc) == .SUCCESS and rc != 0) status else null;
    }

    /// Keys come as bytes then, so signals are meant for bpm itself.
    fn atTerminal(self: *Session, raw: *const RawMode, info: linux.signalfd_siginfo) ?Ending {
        switch (info.signo) {
            linux.SIGHUP, linux.SIGINT, linux.SIGQUIT, linux.SIGTERM => {
                return .{ .signal = @intCast(info.signo) };
            },
            // Whoever had the terminal meanwhile has set it otherwise.
            linux.SIGCONT => raw.enter(),
            linux.SIGWINCH => {},
            else => return null,
        }
        copyWindowSize(raw.terminal, self.streams.input.to);
        return null;
    }
};

/// The kernel tells the foreground of `to` with SIGWINCH when that changes it.
pub fn copyWindowSize(from: linux.fd_t, to: linux.fd_t) void {
    var size: linux.winsize = undefined;
    if (linux.errno(linux.windowSize(from, &size)) != .SUCCESS) return;
    _ = linux.setWindowSize(to, &size);
}
