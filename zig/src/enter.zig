//! bpm-enter: what `bpm shell` and `bpm exec` become. It starts a command in a sandbox that runs,
//! as one of its processes, and stands between it and whoever called bpm.
//!
//! It replaces the JavaScript engine in the same process, and is not dumpable, so that nothing of
//! bpm, neither memory nor executable nor descriptors, is ever in reach of what is inside: a command
//! that is about to be executed there already has the sandbox's other processes around it. The
//! command's streams are pipes or a terminal of the sandbox's own; those of the caller stay outside.

const std = @import("std");
const child = @import("enter/child.zig");
const descriptors = @import("kernel/descriptors.zig");
const linux = @import("kernel/linux.zig");
const process = @import("kernel/process.zig");
const pty = @import("enter/pty.zig");
const session = @import("enter/session.zig");
const signals = @import("kernel/signals.zig");
const streams = @import("relay/streams.zig");
const Command = @import("exec/command.zig").Command;
const Door = @import("enter/door.zig").Door;
const Memory = @import("kernel/memory.zig").Memory;
const RawMode = @import("enter/raw_mode.zig").RawMode;
const Report = @import("documents/report.zig").Report;
const Failed = @import("documents/report.zig").Failed;
const Request = @import("enter/request.zig").Request;
const Step = @import("documents/step.zig").Step;
const Session = session.Session;

pub const panic = @import("kernel/panic.zig").panic;
pub const std_options: std.Options = .{ .enable_segfault_handler = false, .keep_sigpipe = true };

const exit_own_failure = 1;
const exit_not_executable = 126;
const exit_not_found = 127;

/// How long the init of a sandbox that is being ended takes to follow its processes.
const end_ms = 500;

pub fn main() noreturn {
    var report: Report = .{};
    shield(&report) catch giveUp(&report, null);
    const request = receive(&report) catch giveUp(&report, null);
    const code = run(&report, request) catch giveUp(&report, request);
    linux.exit_group(code);
}

fn shield(report: *Report) Failed!void {
    _ = try report.check(.prctl, "PR_SET_DUMPABLE", linux.prctl(linux.PR_SET_DUMPABLE, 0, 0));
    _ = signals.blockAll();
    const name = @intFromPtr("bpm-enter");
    _ = try report.check(.prctl, "PR_SET_NAME", linux.prctl(linux.PR_SET_NAME, name, 0));
}

fn receive(report: *Report) Failed!Request {
    return Request.receive(try Memory.map(report), report);
}

fn run(report: *Report, request: Request) Failed!u8 {
    var fixed = std.heap.FixedBufferAllocator.init((try Memory.map(report)).bytes);
    const command = try Command.make(report, fixed.allocator(), request.argv, request.env);
    const door = try Door.open(report, request);
    const ending = if (request.terminal)
        try runAtTerminal(report, &door, request, command)
    else
        try runWithPipes(report, &door, request, command);
    tellEndOfSandbox(&door, request, ending);
    return ending.exitCode();
}

fn runAtTerminal(report: *Report, door: *const Door, request: Request, command: Command) Failed!session.Ending {
    const raw = try RawMode.prepare(report, 0);
    defer raw.leave();
    try door.enter(report, request.name.z);
    const inside = try pty.open(report, request.confinement.uid);
    const master = try descriptors.raise(report, inside.master);
    const slave = try descriptors.raise(report, inside.slave);
    session.copyWindowSize(0, master);
    const pid = try child.start(report, door, request, command, .{ slave, slave, slave });
    try door.leave(report);
    _ = linux.close(slave);
    raw.enter();
    const ends: streams.Ends = .{
        .input = master,
        .stdout = try descriptors.duplicate(report, master),
        .stderr = -1,
    };
    var running = try Session.start(report, pid, ends, &raw);
    const ending = running.untilEnded();
    if (ending == .status) running.drain();
    return ending;
}

fn runWithPipes(report: *Report, door: *const Door, request: Request, command: Command) Failed!session.Ending {
    const input = try descriptors.pipe(report);
    const output = try descriptors.pipe(report);
    const errors = try descriptors.pipe(report);
    const inside: child.Streams = .{ input[0], output[1], errors[1] };
    const user = request.confinement;
    for (inside) |end| {
        // The command may open them again by name (/dev/stdout).
        _ = try report.check(.chown, "pipe", linux.fchown(end, user.uid, user.gid));
    }
    const nonblocking: u32 = @bitCast(linux.O{ .NONBLOCK = true });
    _ = try report.check(.@"set up", "pipe", linux.fcntl(input[1], linux.F_SETFL, nonblocking));
    try door.enter(report, request.name.z);
    const pid = try child.start(report, door, request, command, inside);
    try door.leave(report);
    for (inside) |end| _ = linux.close(end);
    const ends: streams.Ends = .{ .input = input[1], .stdout = output[0], .stderr = errors[0] };
    var running = try Session.start(report, pid, ends, null);
    const ending = running.untilEnded();
    running.drain();
    try running.requireWritten(report);
    return ending;
}

/// A command that ended because all around it did has done nothing wrong.
fn tellEndOfSandbox(door: *const Door, request: Request, ending: session.Ending) void {
    const killed = 128 + linux.SIGKILL;
    if (ending.exitCode() != killed) return;
    var ignored: Report = .{};
    const gone = process.waitForEnd(&ignored, door.init, end_ms) catch false;
    if (!gone) return;
    var line: [512]u8 = undefined;
    write(print(&line, "Error: {s} has ended, and with it everything in its sandbox\n", .{request.name.z}));
}

/// Says what failed, and what can be done about it.
fn giveUp(report: *const Report, request: ?Request) noreturn {
    var buffer: [16]u8 = undefined;
    const errno = report.errnoName(&buffer);
    const is_gone = report.step == .enter and std.mem.eql(u8, errno, "ESRCH");
    if (is_gone) write("Error: process is not running or could not be found\n") else {
        var line: [2048]u8 = undefined;
        write(report.sentence(&line));
    }
    if (request) |known| for (known.hints) |hint| {
        if (hint.step != report.step or !std.mem.eql(u8, hint.errno.z, errno)) continue;
        var line: [512]u8 = undefined;
        write(print(&line, "{s}\n", .{hint.text.z}));
    };
    linux.exit_group(exitCodeOf(report.step, errno));
}

fn exitCodeOf(step: Step, errno: []const u8) u8 {
    if (!step.isExec()) return exit_own_failure;
    return if (std.mem.eql(u8, errno, "ENOENT")) exit_not_found else exit_not_executable;
}

/// Cut to what fits.
fn print(line: []u8, comptime format: []const u8, arguments: anytype) []const u8 {
    return std.fmt.bufPrint(line, format, arguments) catch line;
}

fn write(text: []const u8) void {
    _ = linux.write(2, text.ptr, text.len);
}

test {
    _ = @import("enter/raw_mode.zig");
    _ = @import("exec/execute.zig");
    _ = @import("exec/command.zig");
}

test "exit statuses as shells have them" {
    const rows = [_]struct { step: Step, errno: []const u8, code: u8 }{
        .{ .step = .exec, .errno = "ENOENT", .code = 127 },
        .{ .step = .@"exec interpreter of", .errno = "ENOENT", .code = 127 },
        .{ .step = .exec, .errno = "EACCES", .code = 126 },
        .{ .step = .@"open cgroup", .errno = "ENOENT", .code = 1 },
    };
    for (rows) |row| try std.testing.expectEqual(row.code, exitCodeOf(row.step, row.errno));
}
