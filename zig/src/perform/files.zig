//! Files of bpm's own, in directories that only root can change. They are made and removed by name
//! in a directory's descriptor, so that they are where bpm looked, whatever becomes of its path.

const std = @import("std");
const actions = @import("../documents/actions.zig");
const descriptors = @import("../kernel/descriptors.zig");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

const name_max = 255;

/// Makes the file and fills it. Returns a descriptor of it, for writing.
pub fn write(
    report: *Report,
    directory: linux.fd_t,
    request: actions.Write,
    content: []const u8,
) Failed!linux.fd_t {
    const path = request.path.z;
    var buffer: [name_max + 1]u8 = undefined;
    const final = request.name.z;
    const name = if (request.replace) try temporaryName(report, path, &buffer, "{s}.new", final) else final;
    const flags: linux.O = .{
        .ACCMODE = .WRONLY,
        .CREAT = true,
        .TRUNC = true,
        .NOFOLLOW = true,
        .CLOEXEC = true,
    };
    const opened = linux.openat(directory, name, flags, request.mode);
    const fd = try descriptors.raise(report, try report.checkInt(.write, path, opened));
    errdefer _ = linux.close(fd);
    // The caller's umask is not to decide who may read it.
    _ = try report.check(.write, path, linux.fchmod(fd, request.mode));
    try writeAll(report, path, fd, content);
    if (request.replace) {
        const renamed = linux.renameat(directory, name, directory, final);
        _ = try report.check(.write, path, renamed);
    }
    return fd;
}

fn writeAll(report: *Report, path: []const u8, fd: linux.fd_t, content: []const u8) Failed!void {
    var rest = content;
    while (rest.len > 0) {
        const rc = linux.write(fd, rest.ptr, rest.len);
        if (linux.errno(rc) == .INTR) continue;
        rest = rest[try report.check(.write, path, rc)..];
    }
}

/// link(2) refuses a name that is taken, rename(2) takes its place.
pub fn publish(
    report: *Report,
    from: linux.fd_t,
    to: linux.fd_t,
    request: actions.Publish,
) Failed!void {
    const path = request.path.z;
    var buffer: [name_max + 1]u8 = undefined;
    const hidden = try temporaryName(report, path, &buffer, ".{s}.new", request.as.z);
    _ = linux.unlinkat(to, hidden, 0);
    _ = try report.check(.write, path, linux.linkat(from, request.name.z, to, hidden, 0));
    _ = try report.check(.write, path, linux.renameat(to, hidden, to, request.as.z));
    // If both were one file already, rename(2) has left both.
    _ = linux.unlinkat(to, hidden, 0);
}

/// The name that a file has for a moment.
fn temporaryName(
    report: *Report,
    path: []const u8,
    buffer: *[name_max + 1]u8,
    comptime pattern: []const u8,
    name: []const u8,
) Failed![:0]const u8 {
    return std.fmt.bufPrintZ(buffer, pattern, .{name}) catch report.fail(.write, path, .NAMETOOLONG);
}

/// A directory that is not there has nothing to be removed from it.
pub fn remove(report: *Report, request: actions.Remove) Failed!void {
    const path = request.directory.z;
    const flags: linux.O = .{ .PATH = true, .NOFOLLOW = true, .DIRECTORY = true, .CLOEXEC = true };
    const opened = linux.openat(linux.AT.FDCWD, path, flags, 0);
    if (linux.errno(opened) == .NOENT) return;
    const directory = try report.checkInt(.remove, path, opened);
    defer _ = linux.close(directory);
    for (request.names) |name| try unlink(report, path, directory, name.z, 0);
    if (request.itself) try unlink(report, path, linux.AT.FDCWD, path, linux.AT.REMOVEDIR);
}

fn unlink(
    report: *Report,
    path: []const u8,
    directory: linux.fd_t,
    name: [:0]const u8,
    flags: u32,
) Failed!void {
    const rc = linux.unlinkat(directory, name, flags);
    if (linux.errno(rc) == .NOENT) return;
    // A file system that is read-only says so of what is not there as well.
    if (linux.errno(rc) == .ROFS and !exists(directory, name)) return;
    _ = try report.check(.remove, path, rc);
}

fn exists(directory: linux.fd_t, name: [:0]const u8) bool {
    var stat: linux.Stat = undefined;
    const rc = linux.fstatat(directory, name, &stat, linux.AT.SYMLINK_NOFOLLOW);
    return linux.errno(rc) != .NOENT;
}
