//! bpm-supervise: what `bpm run` becomes once its sandbox runs.
//!
//! It replaces the JavaScript engine in the same process, so that an errand of an hour does not
//! keep one in memory, and so that the init stays its child. It copies the errand's output to the
//! terminal and to the logs, passes on signals, and cleans up when the errand has ended. The
//! lifecycle lock is on a descriptor that it inherits, and is given up by its exit.

const std = @import("std");
const bpm_log = @import("supervise/bpm_log.zig");
const cgroup = @import("cgroup/cgroup.zig");
const linux = @import("kernel/linux.zig");
const signals = @import("kernel/signals.zig");
const Ending = @import("supervise/ending.zig").Ending;
const Relay = @import("supervise/relay.zig").Relay;
const Report = @import("documents/report.zig").Report;
const Failed = @import("documents/report.zig").Failed;
const Request = @import("supervise/request.zig").Request;

pub const panic = @import("kernel/panic.zig").panic;
pub const std_options: std.Options = .{ .enable_segfault_handler = false, .keep_sigpipe = true };

const exit_own_failure = 1;

pub fn main() noreturn {
    var report: Report = .{};
    const code = run(&report) catch fail(&report);
    linux.exit_group(code);
}

fn run(report: *Report) Failed!u8 {
    _ = signals.blockAll();
    const name = @intFromPtr("bpm-supervise");
    _ = try report.check(.prctl, "PR_SET_NAME", linux.prctl(linux.PR_SET_NAME, name, 0));
    const request = try Request.receive(report);
    var relay = try Relay.start(report, request);

    const status = try relay.untilEnded(report);
    const ending = Ending.find(status, request.exit_record.z, request.cgroups);
    const code = ending.exitCode();
    cleanUp(request, &relay);
    relay.streams.endOutput();
    relay.streams.drain();
    logEnd(request, ending);
    if (ending.out_of_memory) relay.tell(request.memory_notice.z);
    if (code != 0) tellStatus(request, &relay, code);
    relay.streams.drain();
    return code;
}

/// What the next start or stop would otherwise find and clean up; failing here is told, but does
/// not change how the errand ended.
fn cleanUp(request: Request, relay: *Relay) void {
    var report: Report = .{};
    cgroup.destroy(&report, request.cgroups) catch complain(&report, relay);
    for (request.unlink) |path| remove(&report, path.z, 0) catch complain(&report, relay);
    for (request.rmdir) |path| {
        remove(&report, path.z, linux.AT.REMOVEDIR) catch complain(&report, relay);
    }
}

fn remove(report: *Report, path: [:0]const u8, flags: u32) Failed!void {
    const rc = linux.unlinkat(linux.AT.FDCWD, path, flags);
    if (linux.errno(rc) != .NOENT) _ = try report.check(.remove, path, rc);
}

fn logEnd(request: Request, ending: Ending) void {
    if (ending.out_of_memory) bpm_log.write(request.bpm_log, request.on_out_of_memory, ending);
    const lines = if (ending.exitCode() == 0) request.on_success else request.on_failure;
    bpm_log.write(request.bpm_log, lines, ending);
}

fn tellStatus(request: Request, relay: *Relay, code: u8) void {
    const format = "Error: {s}: exit status {d} (exit status {d})\n";
    var line: [message_max]u8 = undefined;
    relay.tell(print(&line, format, .{ request.failure_prefix.z, code, code }));
}

fn complain(report: *const Report, relay: *Relay) void {
    var line: [message_max]u8 = undefined;
    relay.tell(report.sentence(&line));
}

/// Before there is a relay, or without one. The init ends with its parent.
fn fail(report: *const Report) noreturn {
    var line: [message_max]u8 = undefined;
    const text = report.sentence(&line);
    _ = linux.write(2, text.ptr, text.len);
    linux.exit_group(exit_own_failure);
}

const message_max = 2048;

/// Cut to what fits.
fn print(line: *[message_max]u8, comptime format: []const u8, arguments: anytype) []const u8 {
    return std.fmt.bufPrint(line, format, arguments) catch line;
}

test {
    _ = bpm_log;
    _ = signals;
    _ = @import("documents/exit_record.zig");
    _ = @import("supervise/ending.zig");
    _ = @import("supervise/request.zig");
    _ = @import("relay/terminal.zig");
    _ = @import("documents/timestamp.zig");
}
