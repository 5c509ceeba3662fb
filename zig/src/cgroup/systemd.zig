//! The one thing that bpm asks of systemd: a transient scope for a process that runs already.
//!
//! This is the socket that systemctl itself uses. Only root gets in; there is no bus daemon in
//! between that could be down, nothing to subscribe to, and a question costs one round trip to
//! PID 1. See org.freedesktop.systemd1(5) for the method and systemd.scope(5) for the properties.

const std = @import("std");
const dbus = @import("dbus.zig");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

const socket_path = "/run/systemd/private";
const step: Step = .@"start scope";
/// For each answer. systemd is deaf while it loads its units anew.
const patience_s = 20;
/// Messages about other units that may come before the one that is waited for.
const messages_max = 100_000;
const message_max = 8192;
const serial = 1;

pub const Scope = struct {
    /// Its name, "….scope".
    unit: []const u8,
    description: []const u8,
    /// What it begins with: a scope without a process ends at once.
    pid: linux.pid_t,
};

/// Returns when the process is in the scope's cgroup.
pub fn startScope(report: *Report, scope: Scope) Failed!void {
    const socket = try connect(report);
    defer _ = linux.close(socket);
    try authenticate(report, socket);
    var buffer: [message_max]u8 = undefined;
    const request = compose(&buffer, scope) catch return report.fail(step, scope.unit, .NAMETOOLONG);
    try sendAll(report, socket, request);
    try awaitStart(report, socket, scope.unit);
}

/// A socket with PID 1 at its other end, to which nothing was said yet.
pub fn connect(report: *Report) Failed!linux.fd_t {
    const socket = try report.checkInt(step, socket_path, linux.unixSocket());
    errdefer _ = linux.close(socket);
    _ = try report.check(step, socket_path, linux.setSocketTimeout(socket, patience_s));
    _ = try report.check(step, socket_path, linux.connectUnix(socket, socket_path));
    // Numbers of processes mean the same to both sides only in one PID namespace: a container may
    // see the socket of the machine around it, and its pids are somebody else's there.
    const peer = linux.socketPeer(socket);
    if (peer != 1) return report.fail(step, socket_path ++ " (not of this PID namespace)", .XDEV);
    return socket;
}

/// Root needs to say no more than that it is root: the kernel vouches for it.
fn authenticate(report: *Report, socket: linux.fd_t) Failed!void {
    const zero_in_hex = "30";
    try sendAll(report, socket, "\x00AUTH EXTERNAL " ++ zero_in_hex ++ "\r\n");
    var line: [256]u8 = undefined;
    var len: usize = 0;
    while (len == 0 or line[len - 1] != '\n') : (len += 1) {
        if (len == line.len) return report.fail(step, socket_path, .PROTO);
        try receiveAll(report, socket, line[len..][0..1]);
    }
    if (!std.mem.startsWith(u8, &line, "OK")) return report.fail(step, socket_path, .ACCES);
    try sendAll(report, socket, "BEGIN\r\n");
}

fn compose(buffer: *[message_max]u8, scope: Scope) dbus.Writer.Error![]const u8 {
    var body_buffer: [message_max]u8 = undefined;
    var body: dbus.Writer = .{ .buffer = &body_buffer };
    try body.string(scope.unit);
    try body.string("fail"); // when there is a unit of this name
    const properties = try body.beginArray();
    try property(&body, "Description", "s");
    try body.string(scope.description);
    try property(&body, "PIDs", "au");
    try body.int(u32, @sizeOf(u32));
    try body.int(u32, @intCast(scope.pid));
    // Where systemd puts what it starts itself: outside of the caller's unit, whose end would be
    // that of everything in it.
    try property(&body, "Slice", "s");
    try body.string("system.slice");
    // What is below the scope's cgroup is ours, with every controller.
    try property(&body, "Delegate", "b");
    try body.int(u32, 1);
    // The default is a share of the machine; the limit of bpm.yml is the only one.
    try property(&body, "TasksMax", "t");
    try body.int(u64, std.math.maxInt(u64));
    // A scope in which the kernel had to kill goes too.
    try property(&body, "CollectMode", "s");
    try body.string("inactive-or-failed");
    body.endArray(properties);
    body.endArray(try body.beginArray()); // auxiliary units

    var message: dbus.Writer = .{ .buffer = buffer };
    try dbus.writeCall(&message, .{
        .serial = serial,
        .destination = "org.freedesktop.systemd1",
        .path = "/org/freedesktop/systemd1",
        .interface = "org.freedesktop.systemd1.Manager",
        .member = "StartTransientUnit",
        .signature = "ssa(sv)a(sa(sv))",
    }, body_buffer[0..body.len]);
    return buffer[0..message.len];
}

fn property(body: *dbus.Writer, name: []const u8, signature: []const u8) dbus.Writer.Error!void {
    try body.beginStruct();
    try body.string(name);
    try body.signature(signature);
}

/// The answer names a job; the scope has started when that job is done.
fn awaitStart(report: *Report, socket: linux.fd_t, unit: []const u8) Failed!void {
    var job_buffer: [256]u8 = undefined;
    var job: ?[]const u8 = null;
    for (0..messages_max) |_| {
        var buffer: [message_max]u8 = undefined;
        var message = try receive(report, socket, &buffer) orelse continue;
        switch (message.type) {
            .method_return => {
                if (message.reply_serial != serial) continue;
                const path = message.body.string() orelse "";
                if (path.len > job_buffer.len) return report.fail(step, unit, .PROTO);
                @memcpy(job_buffer[0..path.len], path);
                job = job_buffer[0..path.len];
            },
            .@"error" => {
                if (message.reply_serial != serial) continue;
                return refused(report, unit, message.body.string() orelse message.error_name);
            },
            .signal => {
                if (!std.mem.eql(u8, message.member, "JobRemoved")) continue;
                const result = resultOf(&message.body, job orelse continue) orelse continue;
                if (std.mem.eql(u8, result, "done")) return;
                return refused(report, unit, result);
            },
            else => {},
        }
    }
    return report.fail(step, unit, .TIMEDOUT);
}

/// How the job ended, if the signal is about it: `JobRemoved(id, job, unit, result)`.
fn resultOf(body: *dbus.Reader, job: []const u8) ?[]const u8 {
    _ = body.int(u32) orelse return null;
    const path = body.string() orelse return null;
    if (!std.mem.eql(u8, path, job)) return null;
    _ = body.string() orelse return null;
    return body.string();
}

fn refused(report: *Report, unit: []const u8, reason: []const u8) Failed {
    var buffer: [1024]u8 = undefined;
    const subject = std.fmt.bufPrint(&buffer, "{s} (systemd: {s})", .{ unit, reason }) catch unit;
    return report.fail(step, subject, .CANCELED);
}

/// The next message; null for one that is longer than any that matters.
fn receive(report: *Report, socket: linux.fd_t, buffer: *[message_max]u8) Failed!?dbus.Message {
    try receiveAll(report, socket, buffer[0..dbus.prefix_size]);
    const prefix = dbus.Prefix.parse(buffer[0..dbus.prefix_size]) orelse
        return report.fail(step, socket_path, .PROTO);
    if (prefix.len > buffer.len) {
        var left = prefix.len - dbus.prefix_size;
        while (left > 0) {
            const part = buffer[0..@min(left, buffer.len)];
            try receiveAll(report, socket, part);
            left -= part.len;
        }
        return null;
    }
    try receiveAll(report, socket, buffer[dbus.prefix_size..prefix.len]);
    return dbus.Message.parse(buffer[0..prefix.len]) orelse report.fail(step, socket_path, .PROTO);
}

fn sendAll(report: *Report, socket: linux.fd_t, bytes: []const u8) Failed!void {
    var done: usize = 0;
    while (done < bytes.len) {
        const rest = bytes[done..];
        const rc = linux.sendWithoutSignal(socket, rest);
        if (linux.errno(rc) == .INTR) continue;
        done += try check(report, rc);
    }
}

fn receiveAll(report: *Report, socket: linux.fd_t, bytes: []u8) Failed!void {
    var done: usize = 0;
    while (done < bytes.len) {
        const rest = bytes[done..];
        const rc = linux.read(socket, rest.ptr, rest.len);
        if (linux.errno(rc) == .INTR) continue;
        const len = try check(report, rc);
        if (len == 0) return report.fail(step, socket_path, .CONNRESET);
        done += len;
    }
}

fn check(report: *Report, rc: usize) Failed!usize {
    // How SO_RCVTIMEO and SO_SNDTIMEO say that time is up (socket(7)).
    if (linux.errno(rc) == .AGAIN) return report.fail(step, socket_path, .TIMEDOUT);
    return report.check(step, socket_path, rc);
}

test "the request is the call that systemd documents" {
    var buffer: [message_max]u8 = undefined;
    const request = try compose(&buffer, .{ .unit = "a.scope", .description = "b", .pid = 42 });
    var message = dbus.Message.parse(request).?;
    try std.testing.expectEqualStrings("StartTransientUnit", message.member);
    try std.testing.expectEqualStrings("a.scope", message.body.string().?);
    try std.testing.expectEqualStrings("fail", message.body.string().?);
}

test "names that do not fit are refused, not cut" {
    var buffer: [message_max]u8 = undefined;
    const scope: Scope = .{ .unit = "a.scope", .description = "x" ** message_max, .pid = 42 };
    try std.testing.expectError(error.NoSpaceLeft, compose(&buffer, scope));
}
