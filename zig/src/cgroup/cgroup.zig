//! Cgroup leaves: made with their limits, entered by the child, killed and removed. Where they are
//! and what is written to them is decided elsewhere.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const unit = @import("unit.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

const path_max = 4096;
/// Ten seconds of 2 ms: a task in an uninterruptible sleep may take its time to die.
const kill_rounds_max = 5000;
/// A privileged job may nest cgroups of its own.
const depth_max = 8;
const vacate_rounds_max = 100;
const round: linux.timespec = .{ .sec = 0, .nsec = 2_000_000 };

/// Makes the leaf and writes its limits, before anything is in it.
pub fn create(report: *Report, cgroup: plan.Cgroup) Failed!void {
    const directory = cgroup.directory.z;
    try make(report, directory);
    if (cgroup.refuge) |refuge| try vacate(report, refuge.z);
    for (cgroup.settings) |setting| try set(report, directory, setting);
}

pub fn make(report: *Report, directory: [:0]const u8) Failed!void {
    const made = linux.mkdirat(linux.AT.FDCWD, directory, 0o755);
    _ = try report.check(.@"create cgroup", directory, made);
}

/// Moves a process, with all its threads, into the cgroup.
pub fn move(report: *Report, directory: [:0]const u8, pid: linux.pid_t) Failed!void {
    const procs = try openFile(report, directory, "cgroup.procs", .WRONLY);
    defer _ = linux.close(procs);
    _ = try report.check(.@"move process to cgroup", directory, moveInto(procs, pid));
}

fn moveInto(procs: linux.fd_t, pid: linux.pid_t) usize {
    var buffer: [16]u8 = undefined;
    const text = std.fmt.bufPrint(&buffer, "{d}", .{pid}) catch unreachable;
    return linux.write(procs, text.ptr, text.len);
}

/// Moves everything that is in the parent itself to `refuge`, as the entry points of containers
/// that nest others do: with a process in it the parent hands no controller down (cgroups(7), "no
/// internal processes").
fn vacate(report: *Report, refuge: [:0]const u8) Failed!void {
    const parent = std.fs.path.dirnamePosix(refuge).?;
    const made = linux.mkdirat(linux.AT.FDCWD, refuge, 0o755);
    if (linux.errno(made) != .EXIST) _ = try report.check(.@"create cgroup", refuge, made);
    const procs = try openFile(report, refuge, "cgroup.procs", .WRONLY);
    defer _ = linux.close(procs);
    // Whoever forks meanwhile leaves a child behind: look again until there is none.
    for (0..vacate_rounds_max) |_| {
        if (!try eachProcess(report, parent, MoveTo{ .procs = procs })) return;
    }
    return report.fail(.@"vacate cgroup", parent, .BUSY);
}

const MoveTo = struct {
    procs: linux.fd_t,

    fn visit(self: MoveTo, pid: linux.pid_t) void {
        // One that has just ended is no failure, one that stays is found in the next round.
        _ = moveInto(self.procs, pid);
    }
};

/// Writes to one of the leaf's files.
pub fn set(report: *Report, directory: [:0]const u8, setting: plan.CgroupSetting) Failed!void {
    var buffer: [path_max]u8 = undefined;
    const path = join(&buffer, directory, setting.file.z) orelse
        return report.fail(.@"set cgroup limit", directory, .NAMETOOLONG);
    const flags: linux.O = .{ .ACCMODE = .WRONLY, .CLOEXEC = true, .NOFOLLOW = true };
    const opened = linux.openat(linux.AT.FDCWD, path, flags, 0);
    if (setting.optional and canDoWithout(linux.errno(opened))) return;
    const fd = try report.checkInt(.@"set cgroup limit", path, opened);
    defer _ = linux.close(fd);
    const value = setting.value.z;
    const code = linux.errno(linux.write(fd, value.ptr, value.len));
    if (code == .SUCCESS or (setting.optional and canDoWithout(code))) return;
    var subject_buffer: [path_max]u8 = undefined;
    const subject = std.fmt.bufPrint(&subject_buffer, "{s} to {s}", .{ path, value }) catch path;
    return report.fail(.@"set cgroup limit", subject, code);
}

/// The host lacks the file, or the container around bpm has no right to it.
fn canDoWithout(code: linux.E) bool {
    return switch (code) {
        .NOENT, .PERM, .ACCES, .OPNOTSUPP => true,
        else => false,
    };
}

/// A descriptor of one of the leaf's files, to be used after the clone or by the init.
pub fn openFile(report: *Report, directory: []const u8, name: []const u8, access: linux.Access) Failed!linux.fd_t {
    var buffer: [path_max]u8 = undefined;
    const path = join(&buffer, directory, name) orelse
        return report.fail(.@"open cgroup", directory, .NAMETOOLONG);
    const flags: linux.O = .{ .ACCMODE = access, .CLOEXEC = true, .NOFOLLOW = true };
    return report.checkInt(.@"open cgroup", path, linux.openat(linux.AT.FDCWD, path, flags, 0));
}

/// The file that counts out-of-memory kills, or -1 where the hierarchy has none.
pub fn openOomEvents(report: *Report, cgroup: plan.Cgroup) Failed!linux.fd_t {
    const name = if (cgroup.version == 2) "memory.events" else "memory.oom_control";
    return openFile(report, cgroup.directory.z, name, .RDONLY) catch |failed| {
        return if (report.errno == @intFromEnum(linux.E.NOENT)) -1 else failed;
    };
}

/// For CLONE_INTO_CGROUP.
pub fn openDirectory(report: *Report, directory: [:0]const u8) Failed!linux.fd_t {
    const flags: linux.O = .{ .PATH = true, .DIRECTORY = true, .CLOEXEC = true, .NOFOLLOW = true };
    const rc = linux.openat(linux.AT.FDCWD, directory, flags, 0);
    return report.checkInt(.@"open cgroup", directory, rc);
}

/// What a v1 leaf is entered through. A process with one thread enters as well through `tasks`,
/// and so spares the kernel a grace period for every thread group of the machine, some 20 ms
/// (cgroup_procs_write_start() in kernel/cgroup/cgroup.c, since Linux 5.5).
pub fn openEntrance(report: *Report, directory: [:0]const u8) Failed!linux.fd_t {
    return openFile(report, directory, "tasks", .WRONLY);
}

/// Moves the calling process, which has one thread, into the leaf whose entrance this is.
pub fn enter(report: *Report, directory: []const u8, entrance: linux.fd_t) Failed!void {
    _ = try report.check(.@"join cgroup", directory, linux.write(entrance, "0", 1));
}

/// Ends everything in the leaves and in what the job made below them, and removes them; leaves
/// that are gone are fine. Fails with EBUSY when something cannot be killed.
pub fn destroy(report: *Report, cgroups: []const plan.CgroupRef) Failed!void {
    // v1 has no cgroup.kill, but what is frozen cannot fork away from the signal.
    for (cgroups) |cgroup| put(cgroup.directory.z, "freezer.state", "FROZEN");
    for (cgroups) |cgroup| {
        put(cgroup.directory.z, "cgroup.kill", "1");
        _ = try killTree(report, cgroup.directory.z, 0);
    }
    for (cgroups) |cgroup| thaw(cgroup.directory.z);
    for (cgroups) |cgroup| {
        var buffer: [path_max]u8 = undefined;
        const directory = top(&buffer, cgroup);
        if (cgroup.unit) |name| {
            try empty(report, directory, .below);
            if (!unit.awaitEnd(name.z)) continue;
        }
        try empty(report, directory, .all);
    }
}

/// v1: what is frozen does not even die.
pub fn thaw(directory: [:0]const u8) void {
    put(directory, "freezer.state", "THAWED");
}

/// The unit's cgroup, of which the leaf is a part.
fn top(buffer: *[path_max]u8, cgroup: plan.CgroupRef) [:0]const u8 {
    const leaf = cgroup.directory.z;
    if (cgroup.unit == null) return leaf;
    const directory = std.fs.path.dirnamePosix(leaf) orelse return leaf;
    return std.fmt.bufPrintZ(buffer, "{s}", .{directory}) catch leaf;
}

const Removed = enum { below, all };

/// Kills until nothing is left, and removes the directories below this one, or this one too.
fn empty(report: *Report, directory: [:0]const u8, removed: Removed) Failed!void {
    for (0..kill_rounds_max) |_| {
        if (!try killTree(report, directory, 0)) {
            const rc = switch (removed) {
                .below => removeBelow(directory, 0),
                .all => removeTree(directory, 0),
            };
            switch (linux.errno(rc)) {
                .SUCCESS, .NOENT => return,
                .BUSY => {}, // what has just died keeps its cgroup busy for a moment
                else => |code| return report.fail(.@"remove cgroup", directory, code),
            }
        }
        _ = linux.nanosleep(&round, null);
    }
    return report.fail(.@"kill cgroup", directory, .BUSY);
}

/// Whether a process was found in the cgroup or below it.
fn killTree(report: *Report, directory: [:0]const u8, depth: u8) Failed!bool {
    var found = try killOnce(report, directory);
    var children = Children.open(directory, depth) orelse return found;
    defer children.close();
    while (children.next()) |child| found = try killTree(report, child, depth + 1) or found;
    return found;
}

fn removeTree(directory: [:0]const u8, depth: u8) usize {
    _ = removeBelow(directory, depth);
    return linux.unlinkat(linux.AT.FDCWD, directory, linux.AT.REMOVEDIR);
}

/// 0, or what the last one that could not be removed said.
fn removeBelow(directory: [:0]const u8, depth: u8) usize {
    var children = Children.open(directory, depth) orelse return 0;
    defer children.close();
    var result: usize = 0;
    while (children.next()) |child| {
        const rc = removeTree(child, depth + 1);
        switch (linux.errno(rc)) {
            .SUCCESS, .NOENT => {}, // systemd may be at it too
            else => result = rc,
        }
    }
    return result;
}

/// The directories in a cgroup directory: the cgroups that a privileged job made below its own.
const Children = struct {
    fd: linux.fd_t,
    directory: [:0]const u8,
    entries: [1024]u8 align(8) = undefined,
    len: usize = 0,
    at: usize = 0,
    path: [path_max]u8 = undefined,

    /// Null where there is nothing to descend into, or further than a job has reason to nest.
    fn open(directory: [:0]const u8, depth: u8) ?Children {
        if (depth == depth_max) return null;
        const flags: linux.O = .{ .DIRECTORY = true, .CLOEXEC = true, .NOFOLLOW = true };
        const rc = linux.openat(linux.AT.FDCWD, directory, flags, 0);
        if (linux.errno(rc) != .SUCCESS) return null;
        return .{ .fd = linux.asInt(rc), .directory = directory };
    }

    fn close(self: *Children) void {
        _ = linux.close(self.fd);
    }

    fn next(self: *Children) ?[:0]const u8 {
        while (true) {
            if (self.at == self.len) {
                const rc = linux.getdents64(self.fd, &self.entries, self.entries.len);
                if (linux.errno(rc) != .SUCCESS or rc == 0) return null;
                self.len = rc;
                self.at = 0;
            }
            const entry: *align(8) linux.dirent64 = @ptrCast(@alignCast(&self.entries[self.at]));
            self.at += entry.reclen;
            const name = std.mem.span(@as([*:0]const u8, @ptrCast(&entry.name)));
            if (entry.type != linux.DT.DIR or name[0] == '.') continue;
            return join(&self.path, self.directory, name) orelse continue;
        }
    }
};

/// SIGKILL to every process listed; whether there was one.
fn killOnce(report: *Report, directory: [:0]const u8) Failed!bool {
    return eachProcess(report, directory, Kill{}) catch |failed| {
        return switch (@as(linux.E, @enumFromInt(report.errno))) {
            // Gone; or a threaded cgroup, whose processes are listed further up (cgroups(7)).
            .NOENT, .NODEV, .OPNOTSUPP => false,
            else => failed,
        };
    };
}

const Kill = struct {
    fn visit(_: Kill, pid: linux.pid_t) void {
        _ = linux.kill(pid, linux.SIGKILL);
    }
};

/// SIGCONT to every process in the leaf itself.
pub fn continueAll(directory: [:0]const u8) void {
    var ignored: Report = .{};
    _ = eachProcess(&ignored, directory, Continue{}) catch {};
}

const Continue = struct {
    fn visit(_: Continue, pid: linux.pid_t) void {
        _ = linux.kill(pid, linux.SIGCONT);
    }
};

/// Visits every process in the cgroup itself; whether there was one.
fn eachProcess(report: *Report, directory: []const u8, visitor: anytype) Failed!bool {
    const procs = try openFile(report, directory, "cgroup.procs", .RDONLY);
    defer _ = linux.close(procs);
    var found = false;
    var buffer: [4096]u8 = undefined;
    var kept: usize = 0;
    while (true) {
        const rest = buffer[kept..];
        const len = try report.check(.@"read cgroup", directory, linux.read(procs, rest.ptr, rest.len));
        if (len == 0) return found;
        const text = buffer[0 .. kept + len];
        const end = if (std.mem.lastIndexOfScalar(u8, text, '\n')) |newline| newline + 1 else 0;
        var lines = std.mem.tokenizeScalar(u8, text[0..end], '\n');
        while (lines.next()) |line| {
            found = true;
            const pid = std.fmt.parseInt(i32, line, 10) catch continue;
            // 0 is a process of another PID namespace; as an argument it would mean ourselves.
            if (pid > 0) visitor.visit(pid);
        }
        std.mem.copyForwards(u8, &buffer, text[end..]);
        kept = text.len - end;
    }
}

/// Best effort: an absent file means another kind of hierarchy, or an older kernel.
fn put(directory: [:0]const u8, name: []const u8, value: []const u8) void {
    var ignored: Report = .{};
    const fd = openFile(&ignored, directory, name, .WRONLY) catch return;
    defer _ = linux.close(fd);
    _ = linux.write(fd, value.ptr, value.len);
}

fn join(buffer: *[path_max]u8, directory: []const u8, name: []const u8) ?[:0]const u8 {
    return std.fmt.bufPrintZ(buffer, "{s}/{s}", .{ directory, name }) catch null;
}
