//! Resource limits, set while still privileged, so that a hard limit may be raised (setrlimit(2)).

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

/// For the job.
pub fn apply(report: *Report, limits: []const plan.Rlimit) Failed!void {
    for (limits) |limit| {
        const value: linux.rlimit = .{ .soft = limit.soft.value, .hard = limit.hard.value };
        const rc = linux.setrlimit(@intFromEnum(limit.resource), &value);
        _ = try report.check(.setrlimit, @tagName(limit.resource), rc);
    }
}
