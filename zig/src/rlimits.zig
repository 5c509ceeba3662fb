//! Resource limits, set while still privileged, so that a hard limit may be raised (setrlimit(2)).

const plan = @import("plan.zig");
const linux = @import("linux.zig");
const Report = @import("report.zig").Report;
const Failed = @import("report.zig").Failed;

pub fn apply(report: *Report, limits: []const plan.Rlimit) Failed!void {
    for (limits) |limit| {
        const value: linux.rlimit = .{ .soft = limit.soft.value, .hard = limit.hard.value };
        const rc = linux.setrlimit(@intFromEnum(limit.resource), &value);
        _ = try report.check("setrlimit", @tagName(limit.resource), rc);
    }
}
