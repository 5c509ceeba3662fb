//! What passes through a program that stands between a command and whoever called bpm: input in,
//! output out, and signals, which it is told of like of the rest.

const linux = @import("../kernel/linux.zig");
const Feed = @import("feed.zig").Feed;
const Tee = @import("tee.zig").Tee;
const Terminal = @import("terminal.zig").Terminal;
const capacity = @import("terminal.zig").capacity;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// This side of the command's streams, and their logs; -1 where there is none.
pub const Ends = struct {
    input: linux.fd_t = -1,
    stdout: linux.fd_t,
    stderr: linux.fd_t,
    stdout_log: linux.fd_t = -1,
    stderr_log: linux.fd_t = -1,
};

pub const Turn = union(enum) { signal: linux.signalfd_siginfo, moved, nothing };

pub const Streams = struct {
    signals: linux.fd_t,
    input: Feed,
    stdout: Tee,
    stderr: Tee,

    /// All signals are blocked already. To be called once: the backlogs are static, so that what
    /// is never filled never takes memory.
    pub fn open(report: *Report, ends: Ends) Failed!Streams {
        const Static = struct {
            var stdout: [capacity]u8 = undefined;
            var stderr: [capacity]u8 = undefined;
        };
        const everything = ~@as(linux.sigset, 0);
        const stdout = Terminal.open(1, &Static.stdout);
        const stderr = Terminal.open(2, &Static.stderr);
        return .{
            .signals = try report.checkInt(.make, "signalfd", linux.signalfd(everything)),
            .input = .{ .from = if (ends.input < 0) -1 else 0, .to = ends.input },
            .stdout = .{ .pipe = ends.stdout, .log = ends.stdout_log, .terminal = stdout },
            .stderr = .{ .pipe = ends.stderr, .log = ends.stderr_log, .terminal = stderr },
        };
    }

    /// Moves what can be moved; waits for something to happen, for at most `timeout_ms` unless that
    /// is -1.
    pub fn turn(self: *Streams, timeout_ms: i32) Turn {
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

    fn nextSignal(self: *Streams) ?linux.signalfd_siginfo {
        var info: linux.signalfd_siginfo = undefined;
        const rc = linux.read(self.signals, @ptrCast(&info), @sizeOf(linux.signalfd_siginfo));
        return if (rc == @sizeOf(linux.signalfd_siginfo)) info else null;
    }

    /// The command has ended: nothing more is read than what it left.
    pub fn endOutput(self: *Streams) void {
        self.stdout.endInput();
        self.stderr.endInput();
    }

    /// Passes on all that is left. A slow reader is waited for, as any program would, but no
    /// longer than until somebody wants an end.
    pub fn drain(self: *Streams) void {
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
};

/// Passes a signal on to a process, or a process group if negative, whose number nobody else can
/// have.
pub fn forward(info: linux.signalfd_siginfo, target: linux.pid_t) void {
    const myself = linux.getpid();
    // Our own SIGPIPE: the reader of our output is gone, which is no matter of the command's.
    if (info.pid == myself) return;
    _ = linux.kill(target, @intCast(info.signo));
    // The suspend key of a terminal: the shell waits for this process to stop, and continues both
    // with the SIGCONT that is forwarded then.
    const suspended = info.signo == linux.SIGTSTP and info.code == linux.SI_KERNEL;
    if (suspended) _ = linux.kill(myself, linux.SIGSTOP);
}
