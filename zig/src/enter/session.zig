//! Between the command inside and whoever called bpm: input in, output out, signals in.

const linux = @import("../linux.zig");
const wait = @import("../wait.zig");
const process = @import("../process.zig");
const Feed = @import("feed.zig").Feed;
const RawMode = @import("raw_mode.zig").RawMode;
const Tee = @import("../relay/tee.zig").Tee;
const Terminal = @import("../relay/terminal.zig").Terminal;
const capacity = @import("../relay/terminal.zig").capacity;
const Report = @import("../report.zig").Report;
const Failed = @import("../report.zig").Failed;

/// How long the last output of a terminal may take to get through the kernel, and how much of what
/// others write to it is still shown, in milliseconds.
const quiet_ms = 100;
const last_words_ms = 1000;

/// This side of the command's streams. Of a terminal the input and stdout are the same, opened
/// twice, and there is no stderr (-1).
pub const Ends = struct { input: linux.fd_t, stdout: linux.fd_t, stderr: linux.fd_t };

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

const Turn = union(enum) { signal: linux.signalfd_siginfo, moved, nothing };

pub const Session = struct {
    child: linux.pid_t,
    signals: linux.fd_t,
    input: Feed,
    stdout: Tee,
    stderr: Tee,
    /// The caller's terminal, where the command has one of its own.
    raw: ?*const RawMode,

    /// All signals are blocked already. To be called once: the backlogs are static.
    pub fn start(report: *Report, child: linux.pid_t, ends: Ends, raw: ?*const RawMode) Failed!Session {
        const Static = struct {
            var stdout: [capacity]u8 = undefined;
            var stderr: [capacity]u8 = undefined;
        };
        const everything = ~@as(linux.sigset, 0);
        return .{
            .child = child,
            .signals = try report.checkInt("make", "signalfd", linux.signalfd(everything)),
            .input = .{ .from = 0, .to = ends.input },
            .stdout = .{ .pipe = ends.stdout, .log = -1, .terminal = Terminal.open(1, &Static.stdout) },
            .stderr = .{ .pipe = ends.stderr, .log = -1, .terminal = Terminal.open(2, &Static.stderr) },
            .raw = raw,
        };
    }

    pub fn untilEnded(self: *Session) Ending {
        // It may have ended while nobody waited for SIGCHLD.
        if (self.reap()) |status| return .{ .status = status };
        while (true) {
            switch (self.turn(-1)) {
                .signal => |info| if (info.signo == linux.SIGCHLD) {
                    if (self.reap()) |status| return .{ .status = status };
                } else if (self.raw) |raw| {
                    if (self.atTerminal(raw, info)) |ending| return ending;
                } else self.forward(info),
                .moved, .nothing => {},
            }
            if (self.raw != null) {
                const hung_up = self.input.from < 0 or self.stdout.terminal.fd < 0;
                if (hung_up) return .{ .signal = linux.SIGHUP };
            } else {
                // The command is to notice when nobody reads what it writes.
                if (self.stdout.terminal.fd < 0) self.stdout.close();
                if (self.stderr.terminal.fd < 0) self.stderr.close();
            }
        }
    }

    /// Passes on what the command has left. A slow reader is waited for, as any program would, but
    /// no longer than until somebody wants an end.
    pub fn drain(self: *Session) void {
        if (self.raw == null) {
            self.stdout.endInput();
            self.stderr.endInput();
        } else self.readLastWords();
        while (!self.stdout.done() or !self.stderr.done()) {
            const info = switch (self.turn(-1)) {
                .signal => |info| info,
                .moved, .nothing => continue,
            };
            switch (info.signo) {
                linux.SIGHUP, linux.SIGINT, linux.SIGQUIT, linux.SIGTERM => {
                    self.stdout.terminal.giveUp();
                    self.stderr.terminal.giveUp();
                },
                else => {},
            }
        }
    }

    /// Unlike a pipe, a terminal has not all at once that was written to its other end.
    fn readLastWords(self: *Session) void {
        const deadline = process.now() + last_words_ms;
        while (self.stdout.pipe >= 0 and process.now() < deadline) {
            if (self.turn(quiet_ms) == .nothing and self.stdout.terminal.hasSpace()) break;
        }
        self.stdout.close();
    }

    /// Moves what can be moved; waits for something to happen for at most `timeout_ms`, -1: for ever.
    fn turn(self: *Session, timeout_ms: i32) Turn {
        // poll(2) passes over negative descriptors.
        var events = [_]linux.pollfd{
            .{ .fd = self.signals, .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.input.input(), .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.input.output(), .events = linux.POLL.OUT, .revents = 0 },
            .{ .fd = self.stdout.input(), .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.stderr.input(), .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.stdout.output(), .events = linux.POLL.OUT, .revents = 0 },
            .{ .fd = self.stderr.output(), .events = linux.POLL.OUT, .revents = 0 },
        };
        const rc = linux.poll(&events, events.len, timeout_ms);
        if (linux.errno(rc) != .SUCCESS) return .moved; // EINTR: stopped and continued
        if (rc == 0) return .nothing;
        // POLLERR and POLLHUP count: reading or writing then finds the end.
        if (events[1].revents != 0) self.input.read();
        if (events[2].revents != 0) self.input.write();
        if (events[3].revents != 0) self.stdout.pump();
        if (events[4].revents != 0) self.stderr.pump();
        if (events[5].revents != 0) self.stdout.terminal.flush();
        if (events[6].revents != 0) self.stderr.terminal.flush();
        if (events[0].revents == 0) return .moved;
        return if (self.nextSignal()) |info| .{ .signal = info } else .moved;
    }

    fn nextSignal(self: *Session) ?linux.signalfd_siginfo {
        var info: linux.signalfd_siginfo = undefined;
        const rc = linux.read(self.signals, @ptrCast(&info), @sizeOf(linux.signalfd_siginfo));
        return if (rc == @sizeOf(linux.signalfd_siginfo)) info else null;
    }

    /// Only the command: the guard of the terminal is a child, too.
    fn reap(self: *Session) ?u32 {
        var status: u32 = 0;
        const rc = linux.wait4(self.child, &status, linux.W.NOHANG, null);
        return if (linux.errno(rc) == .SUCCESS and rc != 0) status else null;
    }

    /// A keyboard sends signals to everything in the foreground, so all of the command's group gets
    /// them. The command is not reaped, so the number is its own.
    fn forward(self: *Session, info: linux.signalfd_siginfo) void {
        const myself = linux.getpid();
        // Our own SIGPIPE: the reader of our output is gone, which the command will notice itself.
        if (info.pid == myself) return;
        _ = linux.kill(-self.child, @intCast(info.signo));
        // The suspend key: the shell waits for this process to stop, and continues both later.
        const suspended = info.signo == linux.SIGTSTP and info.code == linux.SI_KERNEL;
        if (suspended) _ = linux.kill(myself, linux.SIGSTOP);
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
        copyWindowSize(raw.terminal, self.input.to);
        return null;
    }
};

/// The kernel tells the foreground of `to` with SIGWINCH when that changes it.
pub fn copyWindowSize(from: linux.fd_t, to: linux.fd_t) void {
    var size: linux.winsize = undefined;
    if (linux.errno(linux.windowSize(from, &size)) != .SUCCESS) return;
    _ = linux.setWindowSize(to, &size);
}
