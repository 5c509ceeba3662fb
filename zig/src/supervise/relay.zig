//! Between the errand and whoever started `bpm run`: output out, signals in.

const linux = @import("../kernel/linux.zig");
const streams = @import("../relay/streams.zig");
const wait = @import("../kernel/wait.zig");
const Request = @import("request.zig").Request;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub const Relay = struct {
    init: linux.pid_t,
    streams: streams.Streams,

    /// To be called once.
    pub fn start(report: *Report, request: Request) Failed!Relay {
        return .{
            .init = request.pid,
            .streams = try streams.Streams.open(report, .{
                .stdout = request.stdout_pipe,
                .stderr = request.stderr_pipe,
                .stdout_log = request.stdout_log,
                .stderr_log = request.stderr_log,
            }),
        };
    }

    /// Returns the wait status of the init.
    pub fn untilEnded(self: *Relay, report: *Report) Failed!u32 {
        // It may have ended while nobody waited for SIGCHLD.
        var reaped = wait.reap(self.init);
        while (reaped.main == null) {
            if (!reaped.children_left) return report.fail(.@"wait for", "the sandbox", .CHILD);
            const info = switch (self.streams.turn(-1)) {
                .signal => |info| info,
                .moved, .nothing => continue,
            };
            if (info.signo == linux.SIGCHLD) {
                reaped = wait.reap(self.init);
            } else {
                // The init is not reaped, so the number is its own.
                streams.forward(info, self.init);
            }
        }
        return reaped.main.?;
    }

    /// A line of bpm's own for stderr, after what is on the way there.
    pub fn tell(self: *Relay, line: []const u8) void {
        self.streams.stderr.terminal.put(line);
    }
};
