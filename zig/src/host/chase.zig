//! Safe chase: from "/" to a path whose components an untrusted user may own.
//!
//! bpm works as root on directories that belong to vcap. A path is therefore walked component by
//! component on descriptors; a symbolic link is followed only if root owns it (BOSH uses such
//! links: jobs/NAME, packages/NAME, sys), and what is found is used through its descriptor, never
//! through its path again. Magic links of /proc read as ordinary links and lead nowhere.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

/// As many as the kernel follows itself (path_resolution(7)).
const links_max = 40;
const path_max = 4096;
const name_max = 255;

const path_flags: linux.O = .{ .PATH = true, .NOFOLLOW = true, .CLOEXEC = true };

/// What to do when the last component, or a directory on the way to it, is not there.
pub const Missing = union(enum) {
    fail,
    /// Make directories, all of them root's.
    make_directory: struct { mode: u32, on_the_way: u32 = 0o755 },
    /// Make directories on the way and an empty regular file at the end.
    make_file,
};

pub const Found = struct { fd: linux.fd_t, made: bool };

/// An O_PATH descriptor of what `path` (absolute) names. Fails with ELOOP where a link on the way
/// does not belong to root.
pub fn open(report: *Report, step: Step, path: [:0]const u8, missing: Missing) Failed!linux.fd_t {
    return (try find(report, step, path, missing)).fd;
}

/// `open` for those to whom it matters whether what `path` names was there before.
pub fn find(report: *Report, step: Step, path: [:0]const u8, missing: Missing) Failed!Found {
    if (openWithoutLinks(path)) |fd| return .{ .fd = fd, .made = false };
    var walk: Walk = .{ .report = report, .step = step, .path = path, .missing = missing };
    const root = try report.checkInt(step, path, linux.openat(linux.AT.FDCWD, "/", path_flags, 0));
    const fd = try walk.follow(root, path, true);
    return .{ .fd = fd, .made = walk.made };
}

/// The directory that holds `path`, and the last component's name inside `path`.
pub const Parent = struct { directory: linux.fd_t, name: [:0]const u8 };

pub fn openParent(report: *Report, step: Step, path: [:0]const u8) Failed!Parent {
    const slash = std.mem.lastIndexOfScalar(u8, path, '/') orelse
        return report.fail(step, path, .INVAL);
    const name = path[slash + 1 ..];
    if (name.len == 0 or isDots(name)) return report.fail(step, path, .INVAL);
    var buffer: [path_max]u8 = undefined;
    if (slash >= buffer.len) return report.fail(step, path, .NAMETOOLONG);
    const directory = terminate(&buffer, if (slash == 0) "/" else path[0..slash]);
    return .{ .directory = try open(report, step, directory, .{ .make_directory = .{ .mode = 0o755 } }), .name = name };
}

/// The usual case, in one system call: there is no link on the way.
fn openWithoutLinks(path: [:0]const u8) ?linux.fd_t {
    // Without NOFOLLOW, which would be content with a link at the end (openat2(2)).
    const flags: linux.O = .{ .PATH = true, .CLOEXEC = true };
    const how: linux.open_how = .{
        .flags = @as(u32, @bitCast(flags)),
        .resolve = linux.RESOLVE_NO_SYMLINKS,
    };
    const rc = linux.openat2(linux.AT.FDCWD, path, &how);
    return if (linux.errno(rc) == .SUCCESS) linux.asInt(rc) else null;
}

const Walk = struct {
    report: *Report,
    step: Step,
    path: []const u8,
    missing: Missing,
    links: u8 = 0,
    /// Whether the last component had to be made.
    made: bool = false,

    /// Consumes `start`. `is_end`: the last component of `path` is what the caller wants, and not
    /// the end of a link in the middle.
    fn follow(self: *Walk, start: linux.fd_t, path: []const u8, is_end: bool) Failed!linux.fd_t {
        var current = start;
        errdefer _ = linux.close(current);
        if (path.len > 0 and path[0] == '/') {
            const root = linux.openat(linux.AT.FDCWD, "/", path_flags, 0);
            const fd = try self.report.checkInt(self.step, self.path, root);
            _ = linux.close(current);
            current = fd;
        }
        var components = std.mem.tokenizeScalar(u8, path, '/');
        while (components.next()) |component| {
            if (std.mem.eql(u8, component, ".")) continue;
            const last = is_end and components.peek() == null;
            const next = try self.enter(current, component, last);
            _ = linux.close(current);
            current = next;
        }
        return current;
    }

    fn enter(self: *Walk, directory: linux.fd_t, component: []const u8, last: bool) Failed!linux.fd_t {
        if (component.len > name_max) return self.report.fail(self.step, self.path, .NAMETOOLONG);
        var buffer: [name_max + 1]u8 = undefined;
        const name = terminate(&buffer, component);
        const fd = try self.openOrMake(directory, name, last);
        errdefer _ = linux.close(fd);
        var stat: linux.Stat = undefined;
        _ = try self.report.check(self.step, self.path, linux.fstat(fd, &stat));
        if (!linux.S.ISLNK(stat.mode)) return fd;
        if (stat.uid != 0) return self.report.fail(self.step, self.path, .LOOP);
        const target = try self.followLink(directory, fd, last);
        _ = linux.close(fd);
        return target;
    }

    fn openOrMake(self: *Walk, directory: linux.fd_t, name: [:0]const u8, last: bool) Failed!linux.fd_t {
        const found = linux.openat(directory, name, path_flags, 0);
        if (linux.errno(found) != .NOENT or self.missing == .fail) {
            return self.report.checkInt(self.step, self.path, found);
        }
        const made = self.make(directory, name, last);
        self.made = last and linux.errno(made) == .SUCCESS;
        // Somebody else may have made it in the meantime; what it is gets looked at like any other.
        if (linux.errno(made) != .EXIST) _ = try self.report.check(self.step, self.path, made);
        return self.report.checkInt(self.step, self.path, linux.openat(directory, name, path_flags, 0));
    }

    fn make(self: *Walk, directory: linux.fd_t, name: [:0]const u8, last: bool) usize {
        return switch (self.missing) {
            .fail => unreachable,
            .make_directory => |modes| linux.mkdirat(directory, name, if (last) modes.mode else modes.on_the_way),
            .make_file => if (last)
                linux.mknodat(directory, name, linux.S.IFREG | 0o644, 0)
            else
                linux.mkdirat(directory, name, 0o755),
        };
    }

    /// Reads the link that was looked at, whatever has its name by now.
    fn followLink(self: *Walk, directory: linux.fd_t, link: linux.fd_t, last: bool) Failed!linux.fd_t {
        self.links += 1;
        if (self.links > links_max) return self.report.fail(self.step, self.path, .LOOP);
        var buffer: [path_max]u8 = undefined;
        const rc = linux.readlinkat(link, "", &buffer, buffer.len);
        const target = buffer[0..try self.report.check(self.step, self.path, rc)];
        const start = linux.openat(directory, ".", path_flags, 0);
        return self.follow(try self.report.checkInt(self.step, self.path, start), target, last);
    }
};

/// A NUL-terminated copy in the buffer, which has to be longer than the text.
fn terminate(buffer: []u8, text: []const u8) [:0]const u8 {
    @memcpy(buffer[0..text.len], text);
    buffer[text.len] = 0;
    return buffer[0..text.len :0];
}

fn isDots(name: []const u8) bool {
    return std.mem.eql(u8, name, ".") or std.mem.eql(u8, name, "..");
}
