//! The sandbox's file system, built by the child inside its own mount namespace.
//!
//! The host's tree is left behind before anything is placed: from then on "/" is the new root, and
//! a path that a hostile volume bends can lead nowhere but into the sandbox.

const std = @import("std");
const chase = @import("../host/chase.zig");
const linux = @import("../kernel/linux.zig");
const mounts = @import("mounts.zig");
const plan = @import("../documents/plan.zig");
const sharing = @import("sharing.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

/// `binds` has what was opened for each bind in `launch.mounts`, in the same order.
pub fn build(report: *Report, launch: plan.Launch, binds: []mounts.Bind) Failed!void {
    // The modes below are meant as they are written.
    _ = linux.umask(0);
    const root = try enterNewRoot(report, launch, binds);
    var bind: usize = 0;
    for (launch.mounts) |mount| {
        const is_bind = mount.type == .bind;
        const tree = if (is_bind) binds[bind].tree else try mounts.create(report, mount);
        if (!isRoot(mount)) try place(report, mount.target.z, tree, binds);
        if (is_bind) bind += 1 else _ = linux.close(tree);
    }
    for (launch.devices) |device| try makeDevice(report, device);
    for (launch.symlinks) |link| try makeSymlink(report, link);
    makeWorkdir(launch.workdir.z);
    try mask(report, launch.masked_paths, binds);
    for (launch.readonly_paths) |path| try makeReadOnly(report, path.z, binds);
    try sharing.rejoin(report, binds);
    if (launch.root_read_only) {
        const attr: linux.mount_attr = .{
            .attr_set = linux.MOUNT_ATTR_RDONLY,
            .attr_clr = 0,
            .propagation = 0,
        };
        _ = try report.check(.mount_setattr, "/", linux.mount_setattr(root, 0, &attr));
    }
    _ = linux.close(root);
}

fn isRoot(mount: plan.Mount) bool {
    return std.mem.eql(u8, mount.target.z, "/");
}

/// The new root becomes "/", and the host's is detached.
fn enterNewRoot(report: *Report, launch: plan.Launch, binds: []mounts.Bind) Failed!linux.fd_t {
    // Nothing that happens here may propagate to the host.
    const rc = linux.setPropagation("/", linux.MS_REC | linux.MS_PRIVATE);
    _ = try report.check(.@"make mounts private", "/", rc);
    const root = if (launch.mounts.len > 0 and isRoot(launch.mounts[0]))
        try volumeAsRoot(report, binds)
    else
        try emptyRoot(report, launch.root_read_only);
    _ = try report.check(.move_mount, "/", linux.move_mount(root, linux.AT.FDCWD, "/", 0));
    _ = try report.check(.fchdir, "/", linux.fchdir(root));
    // Both names are the same directory: the old root ends up on top of the new one and is
    // taken off by the detach (pivot_root(2), NOTES).
    _ = try report.check(.pivot_root, "/", linux.pivot_root(".", "."));
    _ = try report.check(.@"detach the old root", "/", linux.umount2(".", linux.MNT_DETACH));
    _ = try report.check(.chdir, "/", linux.chdir("/"));
    return root;
}

/// The first volume. A root that mounts are sent from would not be exchanged (pivot_root(2)).
fn volumeAsRoot(report: *Report, binds: []mounts.Bind) Failed!linux.fd_t {
    try sharing.withdraw(report, "/", binds[0].tree, binds);
    return binds[0].tree;
}

/// A root that the job may write to is a privileged job's, which may also make devices and
/// set-user-id programs there.
fn emptyRoot(report: *Report, restricted: bool) Failed!linux.fd_t {
    return mounts.create(report, .{
        .type = .tmpfs,
        .source = .{ .z = "tmpfs" },
        .target = .{ .z = "/" },
        .recursive = false,
        .read_only = false,
        .no_exec = false,
        .no_suid = restricted,
        .no_dev = restricted,
        .propagation = .private,
        .device_node = false,
        .options = &.{.{ .key = .{ .z = "mode" }, .value = .{ .z = "755" } }},
    });
}

/// Attaches the tree at the path, making the mount point if there is none.
fn place(report: *Report, path: [:0]const u8, tree: linux.fd_t, binds: []mounts.Bind) Failed!void {
    var stat: linux.Stat = undefined;
    _ = try report.check(.@"stat mount", path, linux.fstat(tree, &stat));
    const missing: chase.Missing = if (linux.S.ISDIR(stat.mode))
        .{ .make_directory = .{ .mode = 0o755 } }
    else
        .make_file;
    const target = try chase.open(report, .@"create mount point", path, missing);
    defer _ = linux.close(target);
    try attach(report, path, tree, target, binds);
}

/// What is attached here is no matter of the host's, be it below a volume that is shared with it.
fn attach(
    report: *Report,
    path: [:0]const u8,
    tree: linux.fd_t,
    target: linux.fd_t,
    binds: []mounts.Bind,
) Failed!void {
    try sharing.withdraw(report, path, target, binds);
    try mounts.attach(report, path, tree, target);
}

fn makeDevice(report: *Report, device: plan.Device) Failed!void {
    const parent = try chase.openParent(report, .mknod, device.path.z);
    defer _ = linux.close(parent.directory);
    const number = (device.major << 8) | (device.minor & 0xff);
    const mode = linux.S.IFCHR | device.mode;
    const rc = linux.mknodat(parent.directory, parent.name, mode, number);
    _ = try report.check(.mknod, device.path.z, rc);
}

fn makeSymlink(report: *Report, link: plan.Symlink) Failed!void {
    const parent = try chase.openParent(report, .symlink, link.path.z);
    defer _ = linux.close(parent.directory);
    const rc = linux.symlinkat(link.target.z, parent.directory, parent.name);
    _ = try report.check(.symlink, link.path.z, rc);
}

/// A working directory that no mount provides is made in the sandbox's own root; where that is
/// not possible, chdir says so.
fn makeWorkdir(path: [:0]const u8) void {
    var ignored: Report = .{};
    const fd = chase.open(&ignored, .@"create workdir", path, .{ .make_directory = .{ .mode = 0o755 } }) catch return;
    _ = linux.close(fd);
}

/// Covers files with /dev/null and directories with an empty read-only tmpfs; what is not there
/// needs no cover.
fn mask(report: *Report, paths: []const plan.Path, binds: []mounts.Bind) Failed!void {
    for (paths) |path| {
        const target = try openIfPresent(report, .mask, path.z) orelse continue;
        defer _ = linux.close(target);
        var stat: linux.Stat = undefined;
        _ = try report.check(.mask, path.z, linux.fstat(target, &stat));
        const cover = if (linux.S.ISDIR(stat.mode))
            try emptyDirectory(report, path)
        else
            try nullDevice(report);
        defer _ = linux.close(cover);
        try attach(report, path.z, cover, target, binds);
    }
}

fn emptyDirectory(report: *Report, path: plan.Path) Failed!linux.fd_t {
    return mounts.create(report, .{
        .type = .tmpfs,
        .source = .{ .z = "tmpfs" },
        .target = path,
        .recursive = false,
        .read_only = true,
        .no_exec = true,
        .no_suid = true,
        .no_dev = true,
        .propagation = .private,
        .device_node = false,
        .options = &.{},
    });
}

fn nullDevice(report: *Report) Failed!linux.fd_t {
    const device = try chase.open(report, .mask, "/dev/null", .fail);
    defer _ = linux.close(device);
    return mounts.cloneTree(report, "/dev/null", device, false);
}

fn makeReadOnly(report: *Report, path: [:0]const u8, binds: []mounts.Bind) Failed!void {
    const target = try openIfPresent(report, .@"make read-only", path) orelse return;
    defer _ = linux.close(target);
    const tree = try mounts.cloneTree(report, path, target, true);
    defer _ = linux.close(tree);
    const attr: linux.mount_attr = .{
        .attr_set = linux.MOUNT_ATTR_RDONLY,
        .attr_clr = 0,
        .propagation = linux.MS_PRIVATE,
    };
    const rc = linux.mount_setattr(tree, linux.AT_RECURSIVE, &attr);
    _ = try report.check(.@"make read-only", path, rc);
    try attach(report, path, tree, target, binds);
}

fn openIfPresent(report: *Report, step: Step, path: [:0]const u8) Failed!?linux.fd_t {
    return chase.open(report, step, path, .fail) catch {
        if (report.errno == @intFromEnum(linux.E.NOENT)) return null;
        return error.Failed;
    };
}
