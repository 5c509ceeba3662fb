//! A place in the cgroup tree that systemd knows about: a transient scope, delegated to us.
//!
//! systemd makes a scope only around a process, and the sandbox's first process is to be born into
//! a leaf that has its limits already. So a process that does nothing, the keeper, holds the scope
//! open until then.

const std = @import("std");
const cgroup = @import("cgroup.zig");
const clone = @import("../kernel/clone.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const systemd = @import("systemd.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub const Keeper = struct {
    pid: linux.pid_t = 0,
    /// The cgroup that it is in.
    place: [4096]u8 = undefined,

    /// Ends it. To be called when something else is in the scope; calling it again does nothing.
    pub fn dismiss(self: *Keeper) void {
        if (self.pid == 0) return;
        var ignored: Report = .{};
        _ = linux.kill(self.pid, linux.SIGKILL);
        _ = clone.wait(&ignored, self.pid) catch {};
        self.pid = 0;
        const place: [*:0]const u8 = @ptrCast(&self.place);
        _ = linux.unlinkat(linux.AT.FDCWD, place, linux.AT.REMOVEDIR);
    }
};

/// Makes the scope whose cgroup is the parent of `leaf`, which is not made yet.
pub fn start(report: *Report, keeper: *Keeper, scope: plan.Scope, leaf: []const u8) Failed!void {
    keeper.pid = try spawn(report, scope.unit.z);
    errdefer keeper.dismiss();
    const directory = std.fs.path.dirnamePosix(leaf).?;
    const place = std.fmt.bufPrintZ(&keeper.place, "{s}/starting", .{directory}) catch
        return report.fail(.@"start scope", scope.unit.z, .NAMETOOLONG);
    try systemd.startScope(report, .{
        .unit = scope.unit.z,
        .description = scope.description.z,
        .pid = keeper.pid,
    });
    // With a process in it a cgroup hands no controller down (cgroups(7), "no internal processes").
    try cgroup.make(report, place);
    try cgroup.move(report, place, keeper.pid);
}

fn spawn(report: *Report, unit: []const u8) Failed!linux.pid_t {
    const parent = linux.getpid();
    const child = clone.clone(.{ .flags = linux.CLONE_CLEAR_SIGHAND, .exit_signal = linux.SIGCHLD });
    if (child == 0) keep(parent);
    return report.checkInt(.clone, unit, child);
}

/// Waits, with every signal blocked, to be killed: by the parent, or with it.
fn keep(parent: linux.pid_t) noreturn {
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
    while (linux.getppid() == parent) _ = linux.sigtimedwait(0, null, null);
    linux.exit_group(0);
}
