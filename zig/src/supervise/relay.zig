//! Between the errand and whoever started `bpm run`: output out, signals in.

const linux = @import("../linux.zig");
const wait = @import("../wait.zig");
const Request = @import("request.zig").Request;
const Tee = @import("../relay/tee.zig").Tee;
const Terminal = @import("../relay/terminal.zig").Terminal;
const capacity = @import("../relay/terminal.zig").capacity;
const Report = @import("../report.zig").Report;
const Failed = @import("../report.zig").Failed;

pub const Relay = struct {
    init: linux.pid_t,
    signals: linux.fd_t,
    stdout: Tee,
    stderr: Tee,

    /// All signals are blocked already. To be called once: the backlogs are static, so that what
    /// is never filled never takes memory.
    pub fn start(report: *Report, request: Request) Failed!Relay {
        const Static = struct {
            var stdout: [capacity]u8 = undefined;
            var stderr: [capacity]u8 = undefined;
        };
        const everything = ~@as(linux.sigset, 0);
        return .{
            .init = request.pid,
            .signals = try report.checkInt("make", "signalfd", linux.signalfd(everything)),
            .stdout = .{
                .pipe = request.stdout_pipe,
                .log = request.stdout_log,
                .terminal = Terminal.open(1, &Static.stdout),
            },
            .stderr = .{
                .pipe = request.stderr_pipe,
                .log = request.stderr_log,
                .terminal = Terminal.open(2, &Static.stderr),
            },
        };
    }

    /// Returns the wait status of the init.
    pub fn untilEnded(self: *Relay, report: *Report) Failed!u32 {
        // It may have ended while nobody waited for SIGCHLD.
        var reaped = wait.reap(self.init);
        while (reaped.main == null) {
            if (!reaped.children_left) return report.fail("wait for", "the sandbox", .CHILD);
            const info = self.turn() orelse continue;
            if (info.signo == linux.SIGCHLD) reaped = wait.reap(self.init) else self.forward(info);
        }
        return reaped.main.?;
    }

    /// Everything of the errand is dead: nothing more is read than what it left.
    pub fn endInput(self: *Relay) void {
        self.stdout.endInput();
        self.stderr.endInput();
    }

    /// Passes on all that is left. A slow reader is waited for, as any program would, but no
    /// longer than until somebody wants an end.
    pub fn drain(self: *Relay) void {
        while (!self.stdout.done() or !self.stderr.done()) {
            const info = self.turn() orelse continue;
            switch (info.signo) {
                linux.SIGHUP, linux.SIGINT, linux.SIGQUIT, linux.SIGTERM => {
                    self.stdout.terminal.giveUp();
                    self.stderr.terminal.giveUp();
                },
                else => {},
            }
        }
    }

    /// A line of bpm's own for stderr, after what is on the way there.
    pub fn tell(self: *Relay, line: []const u8) void {
        self.stderr.terminal.put(line);
    }

    /// Waits for anything to happen and moves output; returns a signal if one came.
    fn turn(self: *Relay) ?linux.signalfd_siginfo {
        // poll(2) passes over negative descriptors.
        var events = [_]linux.pollfd{
            .{ .fd = self.signals, .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.stdout.input(), .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.stderr.input(), .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.stdout.output(), .events = linux.POLL.OUT, .revents = 0 },
            .{ .fd = self.stderr.output(), .events = linux.POLL.OUT, .revents = 0 },
        };
        const rc = linux.poll(&events, events.len, -1);
        if (linux.errno(rc) != .SUCCESS) return null; // EINTR: stopped and continued
        // POLLERR and POLLHUP count: reading or writing then finds the end.
        if (events[1].revents != 0) self.stdout.pump();
        if (events[2].revents != 0) self.stderr.pump();
        if (events[3].revents != 0) self.stdout.terminal.flush();
        if (events[4].revents != 0) self.stderr.terminal.flush();
        return if (events[0].revents != 0) self.nextSignal() else null;
    }

    fn nextSignal(self: *Relay) ?linux.signalfd_siginfo {
        var info: linux.signalfd_siginfo = undefined;
        const rc = linux.read(self.signals, @ptrCast(&info), @sizeOf(linux.signalfd_siginfo));
        return if (rc == @sizeOf(linux.signalfd_siginfo)) info else null;
    }

    /// The init is not reaped, so the number is its own.
    fn forward(self: *Relay, info: linux.signalfd_siginfo) void {
        const myself = linux.getpid();
        // Our own SIGPIPE: the reader of our output is gone, which is no matter of the errand's.
        if (info.pid == myself) return;
        _ = linux.kill(self.init, @intCast(info.signo));
        // The suspend key of a terminal: the shell waits for this process to stop, and continues
        // both with the SIGCONT that is forwarded then.
        const suspended = info.signo == linux.SIGTSTP and info.code == linux.SI_KERNEL;
        if (suspended) _ = linux.kill(myself, linux.SIGSTOP);
    }
};
