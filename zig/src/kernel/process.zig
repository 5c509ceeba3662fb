//! Processes that bpm started earlier: a pid counts only together with its start time, since the
//! kernel gives numbers out again.

const std = @import("std");
const linux = @import("linux.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Longer than any /proc/PID/stat.
const stat_max = 1024;
pub const StartTime = [20]u8;

/// Field 22 of /proc/PID/stat as text, in `buffer`. Fails with ENOENT or ESRCH when the process is
/// gone.
pub fn startTime(report: *Report, pid: linux.pid_t, buffer: *StartTime) Failed![]const u8 {
    var path_buffer: [32]u8 = undefined;
    const path = std.fmt.bufPrintZ(&path_buffer, "/proc/{d}/stat", .{pid}) catch unreachable;
    const opened = linux.openat(linux.AT.FDCWD, path, .{ .CLOEXEC = true }, 0);
    const fd = try report.checkInt(.@"read start time", path, opened);
    defer _ = linux.close(fd);
    var text: [stat_max]u8 = undefined;
    const len = try report.check(.@"read start time", path, linux.read(fd, &text, text.len));
    const field = startTimeField(text[0..len]) orelse return report.fail(.@"read start time", path, .INVAL);
    if (field.len > buffer.len) return report.fail(.@"read start time", path, .INVAL);
    @memcpy(buffer[0..field.len], field);
    return buffer[0..field.len];
}

/// The name in field 2 may hold spaces and parentheses, so counting starts behind its last one.
fn startTimeField(stat: []const u8) ?[]const u8 {
    const name_end = std.mem.lastIndexOfScalar(u8, stat, ')') orelse return null;
    var fields = std.mem.tokenizeScalar(u8, stat[name_end + 1 ..], ' ');
    for (3..22) |_| _ = fields.next();
    return fields.next();
}

/// Sends the signal, if it is the process that is meant, and waits for its end. Whether it is gone.
pub fn signalAndWait(report: *Report, request: plan.SignalRequest) Failed!bool {
    const fd = try open(report, request.pid, request.start_time.z) orelse return true;
    defer _ = linux.close(fd);
    if (request.signal != 0) {
        const rc = linux.pidfd_send_signal(fd, request.signal);
        if (linux.errno(rc) == .SRCH) return true;
        _ = try report.check(.@"signal process", "", rc);
    }
    return waitForEnd(report, fd, request.wait_ms);
}

/// A descriptor of the process that had this number at this time; null when it is gone.
pub fn open(report: *Report, pid: linux.pid_t, start_time: []const u8) Failed!?linux.fd_t {
    if (pid <= 0) return report.fail(.@"open process", "", .INVAL);
    const rc = linux.pidfd_open(pid, 0);
    if (linux.errno(rc) == .SRCH) return null;
    const fd = try report.checkInt(.@"open process", "", rc);
    // The descriptor holds on to the process from here, so this comparison stays true.
    if (isSame(pid, start_time)) return fd;
    _ = linux.close(fd);
    return null;
}

fn isSame(pid: linux.pid_t, start_time: []const u8) bool {
    var ignored: Report = .{};
    var buffer: StartTime = undefined;
    const found = startTime(&ignored, pid, &buffer) catch return false;
    return std.mem.eql(u8, found, start_time);
}

/// A pidfd becomes readable when its process has ended, whoever its parent is (pidfd_open(2)).
pub fn waitForEnd(report: *Report, pidfd: linux.fd_t, wait_ms: i32) Failed!bool {
    const deadline = now() + @max(wait_ms, 0);
    while (true) {
        var waiting = [_]linux.pollfd{.{ .fd = pidfd, .events = linux.POLL.IN, .revents = 0 }};
        const left: i32 = @intCast(@max(deadline - now(), 0));
        const rc = linux.poll(&waiting, 1, left);
        if (linux.errno(rc) == .INTR) continue;
        return try report.check(.@"wait for process", "", rc) == 1;
    }
}

/// Milliseconds that do not jump when the clock is set.
pub fn now() i64 {
    var time: linux.timespec = undefined;
    _ = linux.clock_gettime(.MONOTONIC, &time);
    return time.sec * 1000 + @divTrunc(time.nsec, 1_000_000);
}

test "the start time is found behind a name with spaces and parentheses" {
    const stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 11 0 0 0 0 0 0 0 20 0 1 0 98765 2560000 1 2";
    try std.testing.expectEqualStrings("98765", startTimeField(stat).?);
    try std.testing.expectEqual(null, startTimeField("42 (a"));
}

test "a process is opened only if it is the one that was started then" {
    var report: Report = .{};
    var buffer: StartTime = undefined;
    const own = linux.getpid();
    const since = try startTime(&report, own, &buffer);
    const fd = (try open(&report, own, since)).?;
    try std.testing.expectEqual(.SUCCESS, linux.errno(linux.close(fd)));
    try std.testing.expectEqual(null, try open(&report, own, "1"));
    try std.testing.expectEqual(null, try open(&report, std.math.maxInt(i32), since));
    try std.testing.expectError(error.Failed, open(&report, 0, since));
}
