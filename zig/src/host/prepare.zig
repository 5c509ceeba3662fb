//! The host's side of a sandbox: directories, volumes, log files, shared mounts. All of them may
//! belong to vcap, so each is reached by safe chase and changed through its descriptor.

const std = @import("std");
const chase = @import("chase.zig");
const descriptors = @import("../kernel/descriptors.zig");
const linux = @import("../kernel/linux.zig");
const mounts = @import("../sandbox/mounts.zig");
const plan = @import("../documents/plan.zig");
const spares = @import("spares.zig");
const Step = @import("../documents/step.zig").Step;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Carries out one step and returns a descriptor for what it made or found.
pub fn carryOut(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const fd = try switch (step.kind) {
        .directory => directory(report, step),
        .volume => volume(report, step),
        .lock => lockFile(report, step),
        .file => file(report, step),
        .shared => shared(report, step.path.z),
        .mount => mountNew(report, step),
    };
    return descriptors.raise(report, fd);
}

fn directory(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const path = step.path.z;
    // Made closed, so that nobody can enter before the owner and the mode are right.
    const found = try chase.find(report, .@"create directory", path, .{
        .make_directory = .{ .mode = 0o700, .on_the_way = step.on_the_way },
    });
    const fd = found.fd;
    errdefer _ = linux.close(fd);
    const stat = try status(report, path, fd);
    if (!linux.S.ISDIR(stat.mode)) return report.fail(.@"create directory", path, .NOTDIR);
    if (found.made or !step.keep) {
        try own(report, path, fd, stat, step);
        try setMode(report, path, fd, stat, step.mode);
    }
    if (step.writable) try requireWritable(report, path, fd);
    return fd;
}

/// Somebody else's file that has a second name is not given away: the name may be vcap's doing.
fn volume(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const path = step.path.z;
    const found = try chase.find(report, .@"create volume", path, .{
        .make_directory = .{ .mode = 0o700, .on_the_way = 0o700 },
    });
    const fd = found.fd;
    errdefer _ = linux.close(fd);
    const stat = try status(report, path, fd);
    const is_directory = linux.S.ISDIR(stat.mode);
    if (!is_directory) try refuseSecondName(report, .@"create volume (a hard link)", path, stat, step.uid);
    if (!found.made and (step.keep or spares.hold(step.spared, fd))) return fd;
    try own(report, path, fd, stat, step);
    if (is_directory) try setMode(report, path, fd, stat, 0o700);
    return fd;
}

/// Opened to be locked, which a read-only file system permits (flock(2)).
fn lockFile(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const path = step.path.z;
    const parent = try chase.openParent(report, .@"open lock", path);
    defer _ = linux.close(parent.directory);
    const flags: linux.O = .{
        .CREAT = true,
        .NOFOLLOW = true,
        .NONBLOCK = true,
        .NOCTTY = true,
        .CLOEXEC = true,
    };
    const rc = linux.openat(parent.directory, parent.name, flags, 0o600);
    return report.checkInt(.@"open lock", path, rc);
}

/// A log: appended to, never anything but a regular file, and not a second name of somebody
/// else's file (a hard link), which would be given away with it.
fn file(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const path = step.path.z;
    const parent = try chase.openParent(report, .@"open file", path);
    defer _ = linux.close(parent.directory);
    const flags: linux.O = .{
        .ACCMODE = .WRONLY,
        .APPEND = true,
        .CREAT = true,
        .NOFOLLOW = true,
        .NONBLOCK = true, // a FIFO without a reader must not hang bpm
        .NOCTTY = true,
        .CLOEXEC = true,
    };
    const rc = linux.openat(parent.directory, parent.name, flags, step.mode);
    const fd = try report.checkInt(.@"open file", path, rc);
    errdefer _ = linux.close(fd);
    const stat = try status(report, path, fd);
    if (!linux.S.ISREG(stat.mode)) return report.fail(.@"open file (not a regular file)", path, .INVAL);
    try refuseSecondName(report, .@"open file (a hard link)", path, stat, step.uid);
    try own(report, path, fd, stat, step);
    if (stat.mode & 0o7777 != step.mode) {
        _ = try report.check(.chmod, path, linux.fchmod(fd, step.mode));
    }
    const appending: u32 = @bitCast(linux.O{ .APPEND = true });
    _ = try report.check(.@"open file", path, linux.fcntl(fd, linux.F_SETFL, appending));
    return fd;
}

/// Makes the path a shared mount, bound onto itself if it is no mount point, so that mounts below
/// it appear on both sides. Once shared it stays so: doing it again changes nothing.
fn shared(report: *Report, path: [:0]const u8) Failed!linux.fd_t {
    const found = try chase.open(report, .@"share volume", path, .fail);
    if (try isMountPoint(report, path, found)) {
        errdefer _ = linux.close(found);
        try share(report, path, found);
        return found;
    }
    defer _ = linux.close(found);
    const flags = linux.OPEN_TREE_CLONE | linux.OPEN_TREE_CLOEXEC | linux.AT_RECURSIVE | linux.AT_EMPTY_PATH;
    const tree = try report.checkInt(.@"share volume", path, linux.open_tree(found, "", flags));
    errdefer _ = linux.close(tree);
    // Out of the peer group of the mount that holds the path; in it, every mount below would
    // appear twice, and twice as often with each restart.
    const apart: linux.mount_attr = .{ .attr_set = 0, .attr_clr = 0, .propagation = linux.MS_PRIVATE };
    const alone = linux.mount_setattr(tree, linux.AT_RECURSIVE, &apart);
    _ = try report.check(.@"share volume", path, alone);
    const moved = linux.move_mount(tree, found, "", linux.MOVE_MOUNT_T_EMPTY_PATH);
    _ = try report.check(.@"share volume", path, moved);
    try share(report, path, tree);
    return tree;
}

fn share(report: *Report, path: []const u8, fd: linux.fd_t) Failed!void {
    const attr: linux.mount_attr = .{ .attr_set = 0, .attr_clr = 0, .propagation = linux.MS_SHARED };
    _ = try report.check(.@"share volume", path, linux.mount_setattr(fd, 0, &attr));
}

fn isMountPoint(report: *Report, path: []const u8, fd: linux.fd_t) Failed!bool {
    var stat: linux.Statx = undefined;
    const rc = linux.statx(fd, "", linux.AT_EMPTY_PATH, 0, &stat);
    _ = try report.check(.@"share volume", path, rc);
    return stat.attributes & linux.STATX_ATTR_MOUNT_ROOT != 0;
}

/// A new file system, for everybody in this mount namespace.
fn mountNew(report: *Report, step: plan.PrepareStep) Failed!linux.fd_t {
    const path = step.path.z;
    const modes: chase.Missing = .{ .make_directory = .{ .mode = 0o755 } };
    const directory_fd = try chase.open(report, .@"create mount point", path, modes);
    defer _ = linux.close(directory_fd);
    const tree = try mounts.create(report, .{
        .type = step.type,
        .source = .{ .z = @tagName(step.type) },
        .target = step.path,
        .recursive = false,
        .read_only = false,
        .no_exec = true,
        .no_suid = true,
        .no_dev = true,
        .propagation = .private,
        .device_node = false,
        .options = step.options,
    });
    errdefer _ = linux.close(tree);
    try mounts.attach(report, path, tree, directory_fd);
    return tree;
}

fn status(report: *Report, path: []const u8, fd: linux.fd_t) Failed!linux.Stat {
    var stat: linux.Stat = undefined;
    _ = try report.check(.stat, path, linux.fstat(fd, &stat));
    return stat;
}

fn refuseSecondName(
    report: *Report,
    step: Step,
    path: []const u8,
    stat: linux.Stat,
    owner: linux.uid_t,
) Failed!void {
    if (stat.nlink > 1 and stat.uid != owner) return report.fail(step, path, .MLINK);
}

/// On a file system that has become read-only, root is refused, too (access(2), EROFS).
fn requireWritable(report: *Report, path: []const u8, fd: linux.fd_t) Failed!void {
    const rc = linux.faccessat2(fd, "", linux.W_OK, linux.AT_EMPTY_PATH);
    _ = try report.check(.@"write to directory", path, rc);
}

/// Only when different: network file systems may refuse chown(2) even to the same owner.
fn own(report: *Report, path: []const u8, fd: linux.fd_t, stat: linux.Stat, step: plan.PrepareStep) Failed!void {
    if (stat.uid == step.uid and stat.gid == step.gid) return;
    const rc = linux.fchownat(fd, "", step.uid, step.gid, linux.AT_EMPTY_PATH);
    _ = try report.check(.chown, path, rc);
}

fn setMode(report: *Report, path: []const u8, fd: linux.fd_t, stat: linux.Stat, mode: u32) Failed!void {
    if (stat.mode & 0o7777 == mode) return;
    // fchmod(2) refuses O_PATH descriptors; "." of a directory is that directory.
    const flags: linux.O = .{ .DIRECTORY = true, .CLOEXEC = true };
    const readable = try report.checkInt(.chmod, path, linux.openat(fd, ".", flags, 0));
    defer _ = linux.close(readable);
    _ = try report.check(.chmod, path, linux.fchmod(readable, mode));
}
