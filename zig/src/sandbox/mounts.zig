//! Mounts as descriptors. The parent clones every bind source on the host as a detached tree with
//! its final attributes and propagation; the child only has to attach them, and never sees a path
//! of the host.

const std = @import("std");
const chase = @import("../host/chase.zig");
const devices = @import("../cgroup/devices.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// A bind's source, -1 where there is none.
pub const Bind = struct {
    /// A copy of the source, to be attached.
    tree: linux.fd_t = -1,
    /// Of a shared one, the mount of the host whose peer the copy is.
    peer: linux.fd_t = -1,
    /// What may be done with it, if it is a device node.
    node: ?plan.DeviceRule = null,
    /// Where it is to be attached.
    path: []const u8 = "",
    /// Whether the copy has left its peers for the time that the sandbox is built.
    withdrawn: bool = false,

    pub fn close(self: Bind) void {
        for ([_]linux.fd_t{ self.tree, self.peer }) |fd| if (fd >= 0) {
            _ = linux.close(fd);
        };
    }
};

/// A detached copy of what is at the bind's source. A device node can be used where the plan permits
/// that, and everything else in the sandbox is without devices. Read-only, noexec, nosuid and nodev reach the
/// mounts below it too; what the plan does not set is cleared on the top mount only.
pub fn openBind(report: *Report, mount: plan.Mount) Failed!Bind {
    const source = mount.source.z;
    var bind: Bind = .{
        .peer = try chase.open(report, .@"open bind source", source, .fail),
        .path = mount.target.z,
    };
    errdefer bind.close();
    if (mount.device_node) {
        var stat: linux.Stat = undefined;
        _ = try report.check(.@"stat bind source", source, linux.fstat(bind.peer, &stat));
        bind.node = devices.ruleFor(stat, !mount.read_only);
    }
    bind.tree = try cloneTree(report, source, bind.peer, mount.recursive);
    var given = mount;
    if (bind.node != null) given.no_dev = false;
    try setAttributes(report, given, bind.tree);
    if (mount.propagation == .shared) return bind;
    _ = linux.close(bind.peer);
    bind.peer = -1;
    return bind;
}

fn setAttributes(report: *Report, mount: plan.Mount, tree: linux.fd_t) Failed!void {
    const source = mount.source.z;
    const all = linux.MOUNT_ATTR_RDONLY | linux.MOUNT_ATTR_NOSUID |
        linux.MOUNT_ATTR_NODEV | linux.MOUNT_ATTR_NOEXEC;
    const top: linux.mount_attr = .{
        .attr_set = 0,
        .attr_clr = all & ~mount.attributes(),
        .propagation = 0,
    };
    _ = try report.check(.mount_setattr, source, linux.mount_setattr(tree, 0, &top));
    const whole: linux.mount_attr = .{
        .attr_set = mount.attributes(),
        .attr_clr = 0,
        .propagation = switch (mount.propagation) {
            .private => linux.MS_PRIVATE,
            .slave => linux.MS_SLAVE,
            .shared => 0, // the copy of a shared mount is its peer
        },
    };
    const rc = linux.mount_setattr(tree, linux.AT_RECURSIVE, &whole);
    _ = try report.check(.mount_setattr, source, rc);
}

pub fn cloneTree(report: *Report, path: []const u8, fd: linux.fd_t, recursive: bool) Failed!linux.fd_t {
    const flags = linux.OPEN_TREE_CLONE | linux.OPEN_TREE_CLOEXEC | linux.AT_EMPTY_PATH;
    const depth: u32 = if (recursive) linux.AT_RECURSIVE else 0;
    return report.checkInt(.open_tree, path, linux.open_tree(fd, "", flags | depth));
}

/// A new file system, not attached anywhere yet.
pub fn create(report: *Report, mount: plan.Mount) Failed!linux.fd_t {
    const name = @tagName(mount.type);
    const target = mount.target.z;
    const context = try report.checkInt(.fsopen, target, linux.fsopen(name));
    defer _ = linux.close(context);
    const source = linux.fsconfig(context, linux.FSCONFIG_SET_STRING, "source", mount.source.z);
    _ = try report.check(.fsconfig, target, source);
    for (mount.options) |option| {
        const rc = if (option.value.z.len == 0)
            linux.fsconfig(context, linux.FSCONFIG_SET_FLAG, option.key.z, null)
        else
            linux.fsconfig(context, linux.FSCONFIG_SET_STRING, option.key.z, option.value.z);
        _ = try report.check(.fsconfig, target, rc);
    }
    const made = linux.fsconfig(context, linux.FSCONFIG_CMD_CREATE, null, null);
    _ = try report.check(.fsconfig, target, made);
    return report.checkInt(.fsmount, target, linux.fsmount(context, mount.attributes()));
}

/// Attaches a detached tree to what `target` is a descriptor of.
pub fn attach(report: *Report, path: []const u8, tree: linux.fd_t, target: linux.fd_t) Failed!void {
    const rc = linux.move_mount(tree, target, "", linux.MOVE_MOUNT_T_EMPTY_PATH);
    _ = try report.check(.move_mount, path, rc);
}
