//! Shared volumes while a sandbox is built. Each is the peer of a mount of the host, so that mounts
//! below it appear on both sides (mount_namespaces(7)). Those that bpm makes there, as of a volume
//! below another, are the sandbox's own: on the host there would be more of them with every start,
//! and nobody to remove them.

const chase = @import("../host/chase.zig");
const linux = @import("../kernel/linux.zig");
const Bind = @import("mounts.zig").Bind;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

const step: Step = .@"withdraw shared mount";
/// More directories than a path has room for.
const depth_max = 2048;

/// To be called before something is mounted on `target`: what it lies in goes on to receive mounts
/// of its peers, and sends none.
pub fn withdraw(report: *Report, path: [:0]const u8, target: linux.fd_t, binds: []Bind) Failed!void {
    if (!anyIsShared(binds)) return;
    const holder = try identify(report, path, target);
    for (binds) |*bind| {
        if (bind.peer < 0 or (try identify(report, path, bind.tree)).id != holder.id) continue;
        bind.withdrawn = true;
        return propagate(report, path, bind.tree, linux.MS_SLAVE);
    }
    // A mount that the host has below a shared volume already: its peer here stays apart for good.
    const root = try openRoot(report, path, target, holder.id);
    defer _ = linux.close(root);
    try propagate(report, path, root, linux.MS_SLAVE);
}

/// Makes the volumes peers again, once everything is in its place.
pub fn rejoin(report: *Report, binds: []const Bind) Failed!void {
    for (binds) |bind| {
        if (!bind.withdrawn) continue;
        // Only a mount that belongs to nobody can be given peers (move_mount(2)).
        try propagate(report, bind.path, bind.tree, linux.MS_PRIVATE);
        const flags = linux.MOVE_MOUNT_SET_GROUP | linux.MOVE_MOUNT_T_EMPTY_PATH;
        const rc = linux.move_mount(bind.peer, bind.tree, "", flags);
        _ = try report.check(.@"rejoin shared mount", bind.path, rc);
    }
}

fn propagate(report: *Report, path: []const u8, mount: linux.fd_t, propagation: u64) Failed!void {
    const attr: linux.mount_attr = .{ .attr_set = 0, .attr_clr = 0, .propagation = propagation };
    _ = try report.check(step, path, linux.mount_setattr(mount, 0, &attr));
}

fn anyIsShared(binds: []const Bind) bool {
    for (binds) |bind| if (bind.peer >= 0) return true;
    return false;
}

const Place = struct { id: u64, is_root: bool };

/// In which mount something lies, and whether it is the root of that.
fn identify(report: *Report, path: []const u8, fd: linux.fd_t) Failed!Place {
    var stat: linux.Statx = undefined;
    const rc = linux.statx(fd, "", linux.AT_EMPTY_PATH, linux.STATX_MNT_ID, &stat);
    _ = try report.check(step, path, rc);
    const is_root = stat.attributes & linux.STATX_ATTR_MOUNT_ROOT != 0;
    return .{ .id = linux.mountId(&stat), .is_root = is_root };
}

/// The root of the mount that `target`, which `path` names, lies in: upwards from its directory.
fn openRoot(report: *Report, path: [:0]const u8, target: linux.fd_t, id: u64) Failed!linux.fd_t {
    var current = try openAgain(report, path, target);
    errdefer _ = linux.close(current);
    for (0..depth_max) |_| {
        const place = try identify(report, path, current);
        // The link of a file may have led to another mount than that of its directory.
        if (place.id != id) break;
        if (place.is_root) return current;
        const above = try openAbove(report, path, current);
        _ = linux.close(current);
        current = above;
    }
    return report.fail(step, path, .XDEV);
}

fn openAgain(report: *Report, path: []const u8, fd: linux.fd_t) Failed!linux.fd_t {
    return report.checkInt(step, path, linux.fcntl(fd, linux.F_DUPFD_CLOEXEC, 0));
}

fn openAbove(report: *Report, path: [:0]const u8, current: linux.fd_t) Failed!linux.fd_t {
    const flags: linux.O = .{ .PATH = true, .DIRECTORY = true, .CLOEXEC = true };
    const rc = linux.openat(current, "..", flags, 0);
    if (linux.errno(rc) != .NOTDIR) return report.checkInt(step, path, rc);
    return (try chase.openParent(report, step, path)).directory;
}
