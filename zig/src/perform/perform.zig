//! Carries out a list of actions, in order. Which they are, what each writes and how it is undone
//! has been decided; here is only how each kind is done.

const std = @import("std");
const actions = @import("../documents/actions.zig");
const bpm_log = @import("bpm_log.zig");
const cgroup = @import("../cgroup/cgroup.zig");
const exit_record = @import("../documents/exit_record.zig");
const files = @import("files.zig");
const launch = @import("../sandbox/launch.zig");
const linux = @import("../kernel/linux.zig");
const look = @import("look.zig");
const plan = @import("../documents/plan.zig");
const prepare = @import("../host/prepare.zig");
const process = @import("../kernel/process.zig");
const timestamp = @import("../documents/timestamp.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

const Allocator = std.mem.Allocator;
const Action = actions.Action;
const Result = actions.Result;

pub fn perform(report: *Report, allocator: Allocator, request: actions.Request) Failed!actions.Response {
    const results = allocator.alloc(Result, request.actions.len) catch
        return report.fail(.allocate, "", .NOMEM);
    for (request.actions, 0..) |action, index| {
        const earlier: Context = .{ .allocator = allocator, .results = results[0..index] };
        results[index] = earlier.carryOut(report, action) catch {
            return .{
                .results = earlier.results,
                .failure = failureOf(index, report),
                .undoing = undo(earlier, request.undo),
            };
        };
    }
    return .{ .results = results, .failure = null, .undoing = null };
}

/// Every one of them, whatever becomes of the others. The first failure is what is told.
fn undo(context: Context, list: []const Action) ?actions.Failure {
    var first: ?actions.Failure = null;
    for (list, 0..) |action, index| {
        var report: Report = .{};
        _ = context.carryOut(&report, action) catch {
            if (first == null) first = failureOf(index, &report);
        };
    }
    return first;
}

/// The report is used again for what comes next, so its texts are copied.
fn failureOf(index: usize, report: *const Report) actions.Failure {
    const Static = struct {
        var kept: [2]Report = undefined;
        var next: usize = 0;
    };
    const kept = &Static.kept[Static.next % Static.kept.len];
    Static.next += 1;
    kept.* = report.*;
    return .{
        .at = @intCast(index),
        .step = kept.step,
        .subject = kept.subjectName(),
        .errno = kept.errno,
    };
}

/// What the actions before have come to.
const Context = struct {
    allocator: Allocator,
    results: []const Result,

    fn carryOut(self: Context, report: *Report, action: Action) Failed!Result {
        switch (action) {
            .read => |request| return look.read(self.allocator, request),
            .list => |request| return look.list(self.allocator, request),
            .status => |request| return look.status(self.allocator, request),
            .prepare => |step| return .{ .fd = try prepare.carryOut(report, step) },
            .lock => |request| return self.lock(report, request),
            .log => |request| {
                const code = bpm_log.append(self.allocator, self.fd(request.fd), request.lines);
                return if (code == .SUCCESS) .{ .done = .{} } else .{ .errno = @intFromEnum(code) };
            },
            .write => |request| {
                const content = try self.compose(report, request.content);
                const directory = self.fd(request.directory);
                return .{ .fd = try files.write(report, directory, request, content) };
            },
            .publish => |request| {
                try files.publish(report, self.fd(request.from), self.fd(request.to), request);
                return .{ .done = .{} };
            },
            .empty_if_ended => |request| {
                if (try self.hasEnded(report, request)) _ = linux.ftruncate(self.fd(request.file), 0);
                return .{ .done = .{} };
            },
            .remove => |request| {
                try files.remove(report, request);
                return .{ .done = .{} };
            },
            .launch => |request| return self.start(report, request),
            .signal => |request| return .{ .gone = try process.signalAndWait(report, request) },
            .destroy => |request| {
                try cgroup.destroy(report, request.cgroups);
                return .{ .done = .{} };
            },
            .close => |descriptor| {
                _ = linux.close(self.fd(descriptor));
                return .{ .done = .{} };
            },
        }
    }

    /// -1 where there is none.
    fn fd(self: Context, descriptor: actions.Descriptor) linux.fd_t {
        switch (descriptor) {
            .fd => |number| return number,
            .of => |index| {
                if (index >= self.results.len) return -1;
                return switch (self.results[index]) {
                    .fd => |number| number,
                    else => -1,
                };
            },
        }
    }

    fn lock(self: Context, report: *Report, request: actions.Lock) Failed!Result {
        const how: i32 = if (request.wait) linux.LOCK_EX else linux.LOCK_EX | linux.LOCK_NB;
        while (true) {
            const rc = linux.flock(self.fd(request.fd), how);
            switch (linux.errno(rc)) {
                .INTR => continue,
                .AGAIN => return .{ .acquired = false },
                else => {},
            }
            _ = try report.check(.lock, request.path.z, rc);
            return .{ .acquired = true };
        }
    }

    fn start(self: Context, report: *Report, request: actions.Launch) Failed!Result {
        const start_time = self.allocator.create(process.StartTime) catch
            return report.fail(.allocate, "", .NOMEM);
        return .{ .launched = try launch.launch(report, self.allocator, .{
            .plan = request.plan,
            .stdout = self.fd(request.stdout),
            .stderr = self.fd(request.stderr),
            .exit_record = self.fd(request.exit_record),
            .pidfile = self.fd(request.pidfile),
            .die_with_parent = request.die_with_parent,
        }, start_time) };
    }

    fn hasEnded(self: Context, report: *Report, request: actions.EmptyIfEnded) Failed!bool {
        if (exit_record.ExitRecord.read(request.record.z) != null) return true;
        const pid, const start_time = switch (request.process) {
            .of => |index| launch: {
                const response = try self.launched(report, index);
                break :launch .{ response.pid, response.start_time };
            },
            .noted => |noted| .{ noted.pid, noted.start_time.z },
        };
        const pidfd = try process.open(report, pid, start_time) orelse return true;
        defer _ = linux.close(pidfd);
        return process.waitForEnd(report, pidfd, 0);
    }

    fn compose(self: Context, report: *Report, pieces: []const actions.Piece) Failed![]const u8 {
        var text: std.ArrayListUnmanaged(u8) = .empty;
        const writer = text.writer(self.allocator);
        for (pieces) |piece| {
            var time: [timestamp.length]u8 = undefined;
            const written = switch (piece) {
                .text => |part| writer.writeAll(part),
                .pid => |index| writer.print("{d}", .{(try self.launched(report, index)).pid}),
                .start_time => |index| writer.writeAll((try self.launched(report, index)).start_time),
                .timestamp => writer.writeAll(timestamp.now(&time)),
            };
            written catch return report.fail(.allocate, "", .NOMEM);
        }
        return text.items;
    }

    fn launched(self: Context, report: *Report, index: u32) Failed!plan.LaunchResponse {
        if (index < self.results.len) switch (self.results[index]) {
            .launched => |response| return response,
            else => {},
        };
        return report.fail(.@"read plan", "no launch at this index", .INVAL);
    }
};
