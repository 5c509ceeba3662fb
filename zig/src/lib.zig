//! libbpm.so: what bpm's executable calls through bun:ffi.
//!
//! Every function takes one UTF-8 JSON document and writes one JSON document into the caller's
//! buffer: `{"ok":…}`, or `{"error":{"step","subject","errno"}}`. It returns the length written,
//! or -1 when the buffer is too small. The caller owns both buffers; nothing is kept.

const std = @import("std");
const actions = @import("documents/actions.zig");
const become = @import("exec/become.zig");
const cgroup = @import("cgroup/cgroup.zig");
const hook = @import("host/hook.zig");
const launch = @import("sandbox/launch.zig");
const linux = @import("kernel/linux.zig");
const perform = @import("perform/perform.zig");
const plan = @import("documents/plan.zig");
const prepare = @import("host/prepare.zig");
const probe = @import("host/probe.zig");
const process = @import("kernel/process.zig");
const options = @import("options");
const Memory = @import("kernel/memory.zig").Memory;
const Report = @import("documents/report.zig").Report;
const Failed = @import("documents/report.zig").Failed;

pub const panic = @import("kernel/panic.zig").panic;

const Allocator = std.mem.Allocator;

/// Which documents this library speaks: a hash that the build gives to both sides.
export fn bpm_abi() u32 {
    return options.abi;
}

export fn bpm_perform(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(actions.Request, actions.Response, perform.perform, in[0..in_len], out[0..out_len]);
}

export fn bpm_prepare(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.PrepareRequest, plan.PrepareResponse, prepareSteps, in[0..in_len], out[0..out_len]);
}

export fn bpm_lock(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.LockRequest, plan.LockResponse, lock, in[0..in_len], out[0..out_len]);
}

export fn bpm_hook(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.HookRequest, plan.HookResponse, startHook, in[0..in_len], out[0..out_len]);
}

export fn bpm_await_hook(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.AwaitHookRequest, plan.AwaitHookResponse, awaitHook, in[0..in_len], out[0..out_len]);
}

export fn bpm_launch(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.LaunchRequest, plan.LaunchResponse, launchProcess, in[0..in_len], out[0..out_len]);
}

export fn bpm_signal(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.SignalRequest, plan.SignalResponse, signal, in[0..in_len], out[0..out_len]);
}

export fn bpm_destroy(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.DestroyRequest, plan.DestroyResponse, destroy, in[0..in_len], out[0..out_len]);
}

export fn bpm_probe(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.ProbeRequest, plan.ProbeResponse, probeHost, in[0..in_len], out[0..out_len]);
}

export fn bpm_become(in: [*]const u8, in_len: u32, out: [*]u8, out_len: u32) i32 {
    return call(plan.BecomeRequest, plan.BecomeResponse, becomeProgram, in[0..in_len], out[0..out_len]);
}

/// Parses the request, carries it out, writes the answer.
fn call(
    comptime Request: type,
    comptime Response: type,
    comptime handler: fn (*Report, Allocator, Request) Failed!Response,
    in: []const u8,
    out: []u8,
) i32 {
    var report: Report = .{};
    const memory = Memory.map(&report) catch return answer(.{ .@"error" = report.failure() }, out);
    defer memory.unmap();
    var fixed = std.heap.FixedBufferAllocator.init(memory.bytes);
    const allocator = fixed.allocator();
    const request = parse(Request, &report, allocator, in) catch {
        return answer(.{ .@"error" = report.failure() }, out);
    };
    const response = handler(&report, allocator, request) catch {
        return answer(.{ .@"error" = report.failure() }, out);
    };
    return answer(.{ .ok = response }, out);
}

/// Refuses unknown and missing fields, and says at which byte.
fn parse(comptime Request: type, report: *Report, allocator: Allocator, text: []const u8) Failed!Request {
    var scanner = std.json.Scanner.initCompleteInput(allocator, text);
    var diagnostics: std.json.Diagnostics = .{};
    scanner.enableDiagnostics(&diagnostics);
    // Nothing stays in the engine's memory, which a child does not have (large_mappings.zig).
    const how: std.json.ParseOptions = .{ .allocate = .alloc_always };
    return std.json.parseFromTokenSourceLeaky(Request, allocator, &scanner, how) catch |failure| {
        var buffer: [64]u8 = undefined;
        const where = .{ @errorName(failure), diagnostics.getByteOffset() };
        const subject = std.fmt.bufPrint(&buffer, "{s} at byte {d}", where) catch "";
        return report.fail(.@"read plan", subject, .INVAL);
    };
}

fn answer(document: anytype, out: []u8) i32 {
    var stream = std.io.fixedBufferStream(out);
    std.json.stringify(document, .{}, stream.writer()) catch return -1;
    return @intCast(stream.pos);
}

fn prepareSteps(report: *Report, allocator: Allocator, request: plan.PrepareRequest) Failed!plan.PrepareResponse {
    const fds = allocator.alloc(i32, request.steps.len) catch return report.fail(.allocate, "", .NOMEM);
    var done: usize = 0;
    errdefer for (fds[0..done]) |fd| {
        _ = linux.close(fd);
    };
    for (request.steps) |step| {
        fds[done] = try prepare.carryOut(report, step);
        done += 1;
    }
    return .{ .fds = fds };
}

fn lock(report: *Report, _: Allocator, request: plan.LockRequest) Failed!plan.LockResponse {
    const how: i32 = if (request.wait) linux.LOCK_EX else linux.LOCK_EX | linux.LOCK_NB;
    while (true) {
        const rc = linux.flock(request.fd, how);
        switch (linux.errno(rc)) {
            .INTR => continue,
            .AGAIN => return .{ .acquired = false },
            else => {},
        }
        _ = try report.check(.lock, request.path.z, rc);
        return .{ .acquired = true };
    }
}

fn startHook(report: *Report, allocator: Allocator, request: plan.HookRequest) Failed!plan.HookResponse {
    const start_time = allocator.create(process.StartTime) catch return report.fail(.allocate, "", .NOMEM);
    return hook.start(report, allocator, request, start_time);
}

fn awaitHook(report: *Report, _: Allocator, request: plan.AwaitHookRequest) Failed!plan.AwaitHookResponse {
    return hook.awaitEnd(report, request);
}

fn launchProcess(report: *Report, allocator: Allocator, request: plan.LaunchRequest) Failed!plan.LaunchResponse {
    const start_time = allocator.create(process.StartTime) catch return report.fail(.allocate, "", .NOMEM);
    return launch.launch(report, allocator, request, start_time);
}

fn signal(report: *Report, _: Allocator, request: plan.SignalRequest) Failed!plan.SignalResponse {
    return .{ .gone = try process.signalAndWait(report, request) };
}

fn destroy(report: *Report, _: Allocator, request: plan.DestroyRequest) Failed!plan.DestroyResponse {
    try cgroup.destroy(report, request.cgroups);
    return .{};
}

fn probeHost(report: *Report, allocator: Allocator, request: plan.ProbeRequest) Failed!plan.ProbeResponse {
    return probe.run(report, allocator, request);
}

fn becomeProgram(
    report: *Report,
    allocator: Allocator,
    request: plan.BecomeRequest,
) Failed!plan.BecomeResponse {
    try become.become(report, allocator, request);
    return .{};
}
