//! Looking at the host: small files, directories, what is at a path. Nothing is opened that could
//! hang or do something by being opened.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const actions = @import("../documents/actions.zig");

const Allocator = std.mem.Allocator;
const Result = actions.Result;

fn failed(code: linux.E) Result {
    return .{ .errno = @intFromEnum(code) };
}

/// The whole of a regular file. /proc and cgroup files are that, with a size of 0.
pub fn read(allocator: Allocator, request: actions.Read) Result {
    // A FIFO, which somebody may have put there, must not hang bpm.
    const flags: linux.O = .{ .CLOEXEC = true, .NONBLOCK = true, .NOCTTY = true };
    const opened = linux.openat(linux.AT.FDCWD, request.path.z, flags, 0);
    if (linux.errno(opened) != .SUCCESS) return failed(linux.errno(opened));
    const fd = linux.asInt(opened);
    defer _ = linux.close(fd);
    var stat: linux.Stat = undefined;
    const looked = linux.fstat(fd, &stat);
    if (linux.errno(looked) != .SUCCESS) return failed(linux.errno(looked));
    if (linux.S.ISDIR(stat.mode)) return failed(.ISDIR);
    if (!linux.S.ISREG(stat.mode)) return failed(.INVAL);
    if (stat.size > request.max) return failed(.FBIG);
    return readAll(allocator, fd, @intCast(stat.size), request.max);
}

fn readAll(allocator: Allocator, fd: linux.fd_t, expected: usize, max: usize) Result {
    const first = 4096;
    var text = std.ArrayListUnmanaged(u8).initCapacity(allocator, @max(expected + 1, first)) catch
        return failed(.NOMEM);
    while (true) {
        const rest = text.unusedCapacitySlice();
        const rc = linux.read(fd, rest.ptr, rest.len);
        if (linux.errno(rc) == .INTR) continue;
        if (linux.errno(rc) != .SUCCESS) return failed(linux.errno(rc));
        if (rc == 0) return .{ .text = .{ .raw = text.items } };
        text.items.len += rc;
        if (text.items.len > max) return failed(.FBIG);
        text.ensureUnusedCapacity(allocator, first) catch return failed(.NOMEM);
    }
}

/// The names in a directory, in the file system's order.
pub fn list(allocator: Allocator, request: actions.Look) Result {
    const flags: linux.O = .{ .CLOEXEC = true, .DIRECTORY = true };
    const opened = linux.openat(linux.AT.FDCWD, request.path.z, flags, 0);
    if (linux.errno(opened) != .SUCCESS) return failed(linux.errno(opened));
    const fd = linux.asInt(opened);
    defer _ = linux.close(fd);
    var names: std.ArrayListUnmanaged(actions.Bytes) = .empty;
    var buffer: [4096]u8 align(@alignOf(linux.dirent64)) = undefined;
    while (true) {
        const rc = linux.getdents64(fd, &buffer, buffer.len);
        if (linux.errno(rc) != .SUCCESS) return failed(linux.errno(rc));
        if (rc == 0) return .{ .names = names.items };
        appendNames(allocator, &names, buffer[0..rc]) catch return failed(.NOMEM);
    }
}

fn appendNames(
    allocator: Allocator,
    names: *std.ArrayListUnmanaged(actions.Bytes),
    entries: []align(@alignOf(linux.dirent64)) const u8,
) Allocator.Error!void {
    var at: usize = 0;
    while (at < entries.len) {
        const entry: *align(1) const linux.dirent64 = @ptrCast(&entries[at]);
        const name = std.mem.sliceTo(@as([*:0]const u8, @ptrCast(&entry.name)), 0);
        at += entry.reclen;
        if (std.mem.eql(u8, name, ".") or std.mem.eql(u8, name, "..")) continue;
        try names.append(allocator, .{ .raw = try allocator.dupe(u8, name) });
    }
}

/// What is at a path, which is not followed where it is a link.
pub fn status(allocator: Allocator, request: actions.Look) Result {
    const path = request.path.z;
    var stat: linux.Stat = undefined;
    const looked = linux.fstatat(linux.AT.FDCWD, path, &stat, linux.AT.SYMLINK_NOFOLLOW);
    if (linux.errno(looked) != .SUCCESS) return failed(linux.errno(looked));
    var found: actions.Status = .{
        .kind = kindOf(stat.mode),
        .uid = stat.uid,
        .mode = stat.mode & 0o7777,
        .link = null,
        .target = null,
    };
    if (found.kind == .link) {
        var buffer: [4096]u8 = undefined;
        const len = linux.readlinkat(linux.AT.FDCWD, path, &buffer, buffer.len);
        if (linux.errno(len) != .SUCCESS) return failed(linux.errno(len));
        found.link = .{ .raw = allocator.dupe(u8, buffer[0..len]) catch return failed(.NOMEM) };
        const followed = linux.fstatat(linux.AT.FDCWD, path, &stat, 0);
        if (linux.errno(followed) == .SUCCESS) found.target = kindOf(stat.mode);
    }
    return .{ .status = found };
}

fn kindOf(mode: u32) actions.Kind {
    return switch (mode & linux.S.IFMT) {
        linux.S.IFDIR => .directory,
        linux.S.IFREG => .file,
        linux.S.IFLNK => .link,
        linux.S.IFBLK => .block,
        linux.S.IFCHR => .character,
        else => .other,
    };
}

test "a file, a directory, a link and nothing" {
    var memory: [1 << 16]u8 = undefined;
    var fixed = std.heap.FixedBufferAllocator.init(&memory);
    const allocator = fixed.allocator();
    const own: actions.Read = .{ .path = .{ .z = "/proc/self/comm" }, .max = 64 };
    try std.testing.expect(read(allocator, own).text.raw.len > 1);
    const short: actions.Read = .{ .path = .{ .z = "/proc/self/status" }, .max = 10 };
    try std.testing.expectEqual(Result{ .errno = @intFromEnum(linux.E.FBIG) }, read(allocator, short));
    const rows = [_]struct { [:0]const u8, linux.E }{
        .{ "/nowhere", .NOENT }, .{ "/proc", .ISDIR }, .{ "/dev/null", .INVAL },
    };
    for (rows) |row| {
        const path, const code = row;
        const found = read(allocator, .{ .path = .{ .z = path }, .max = 64 });
        try std.testing.expectEqual(Result{ .errno = @intFromEnum(code) }, found);
    }
    const names = list(allocator, .{ .path = .{ .z = "/proc/self/ns" } }).names;
    var has_mnt = false;
    for (names) |name| has_mnt = has_mnt or std.mem.eql(u8, name.raw, "mnt");
    try std.testing.expect(has_mnt);
    const link = status(allocator, .{ .path = .{ .z = "/proc/self" } }).status;
    try std.testing.expectEqual(actions.Kind.link, link.kind);
    try std.testing.expectEqual(actions.Kind.directory, link.target.?);
    try std.testing.expect(link.link.?.raw.len > 0);
}
