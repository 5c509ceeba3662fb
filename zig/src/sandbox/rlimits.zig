//! Resource limits, set while still privileged, so that a hard limit may be raised (setrlimit(2)).

const std = @import("std");
const plan = @import("../documents/plan.zig");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// What bpm has open beside what is counted.
const reserve = 256;

/// Lets this process have `count` descriptors, whatever its caller's limit is. Without the right to
/// raise that, opening too many fails with EMFILE.
pub fn makeRoom(count: u64) void {
    const resource = @intFromEnum(plan.Resource.nofile);
    var limit: linux.rlimit = undefined;
    if (linux.errno(linux.getrlimit(resource, &limit)) != .SUCCESS) return;
    const wanted = count + reserve;
    if (limit.soft >= wanted) return;
    _ = linux.setrlimit(resource, &.{ .soft = wanted, .hard = @max(limit.hard, wanted) });
}

/// getrlimit(2). What bounds a process by itself, whoever started it, and breaks it in the middle.
const Lifted = enum(u32) { cpu = 0, fsize = 1, data = 2, rss = 5, as = 9, rttime = 15 };

const stack = 3;
/// _STK_LIM of the kernel: what every process starts with unless somebody changes it.
const stack_default = 8 << 20;

/// Takes away the limits of whoever called bpm, as far as this process may (CAP_SYS_RESOURCE). Those
/// that say how much of something shared may be had (nproc, memlock, nofile …) stay.
pub fn lift() void {
    for (std.enums.values(Lifted)) |resource| {
        set(@intFromEnum(resource), .{ .soft = linux.RLIM_INFINITY, .hard = linux.RLIM_INFINITY });
    }
    set(stack, .{ .soft = stack_default, .hard = linux.RLIM_INFINITY });
}

/// How much memory of its own this process may have, in bytes.
pub fn memory() u64 {
    var least: u64 = linux.RLIM_INFINITY;
    for ([_]Lifted{ .data, .as }) |resource| {
        var limit: linux.rlimit = undefined;
        const rc = linux.getrlimit(@intFromEnum(resource), &limit);
        if (linux.errno(rc) == .SUCCESS) least = @min(least, limit.soft);
    }
    return least;
}

/// Without the right to raise the hard limit, the soft one goes as far as that.
fn set(resource: u32, wanted: linux.rlimit) void {
    if (linux.errno(linux.setrlimit(resource, &wanted)) == .SUCCESS) return;
    var limit: linux.rlimit = undefined;
    if (linux.errno(linux.getrlimit(resource, &limit)) != .SUCCESS) return;
    limit.soft = @min(wanted.soft, limit.hard);
    _ = linux.setrlimit(resource, &limit);
}

/// For the job.
pub fn apply(report: *Report, limits: []const plan.Rlimit) Failed!void {
    for (limits) |limit| {
        const value: linux.rlimit = .{ .soft = limit.soft.value, .hard = limit.hard.value };
        const rc = linux.setrlimit(@intFromEnum(limit.resource), &value);
        _ = try report.check(.setrlimit, @tagName(limit.resource), rc);
    }
}
