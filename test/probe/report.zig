//! `probe report [stay]`: what this process can see of itself, raw, as one JSON document.
//! With `stay` it then sleeps for ever.

const std = @import("std");
const linux = std.os.linux;
const posix = std.posix;
const behaviour = @import("behaviour.zig");
const output = @import("output.zig");

const Allocator = std.mem.Allocator;

const Descriptor = struct { number: u32, target: []const u8 };
const Namespace = struct { name: []const u8, id: []const u8 };

const Report = struct {
    pid: i32,
    parent: i32,
    group: i32,
    session: i32,
    directory: []const u8,
    host: []const u8,
    terminal: []const u8,
    arguments: []const [:0]const u8,
    environment: []const []const u8,
    status: []const u8,
    limits: []const u8,
    mounts: []const u8,
    cgroups: []const u8,
    parent_status: []const u8,
    parent_arguments: []const u8,
    descriptors: []const Descriptor,
    namespaces: []const Namespace,
};

pub fn print(arguments: []const [:0]const u8) !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    const allocator = arena.allocator();
    const environment = try allocator.alloc([]const u8, std.os.environ.len);
    for (std.os.environ, environment) |entry, *text| text.* = std.mem.span(entry);
    var uts: linux.utsname = undefined;
    _ = linux.uname(&uts);
    var directory: [posix.PATH_MAX]u8 = undefined;
    const parent = linux.getppid();
    try output.json(Report{
        .pid = linux.getpid(),
        .parent = parent,
        .group = @bitCast(@as(u32, @truncate(linux.syscall1(.getpgid, 0)))),
        .session = @bitCast(@as(u32, @truncate(linux.syscall1(.getsid, 0)))),
        .directory = try posix.getcwd(&directory),
        .host = std.mem.sliceTo(&uts.nodename, 0),
        .terminal = output.outcome(linux.open("/dev/tty", .{ .ACCMODE = .RDWR }, 0)),
        .arguments = try std.process.argsAlloc(allocator),
        .environment = environment,
        .status = try slurp(allocator, "/proc/self/status"),
        .limits = try slurp(allocator, "/proc/self/limits"),
        .mounts = try slurp(allocator, "/proc/self/mountinfo"),
        .cgroups = try slurp(allocator, "/proc/self/cgroup"),
        .parent_status = try parentFile(allocator, parent, "status"),
        .parent_arguments = try parentFile(allocator, parent, "cmdline"),
        .descriptors = try descriptors(allocator),
        .namespaces = try namespaces(allocator),
    });
    if (arguments.len > 0) try behaviour.sleep(&.{});
}

fn slurp(allocator: Allocator, path: []const u8) ![]const u8 {
    return std.fs.cwd().readFileAlloc(allocator, path, 1 << 20);
}

/// Nothing of a parent that is outside of the PID namespace.
fn parentFile(allocator: Allocator, parent: i32, name: []const u8) ![]const u8 {
    if (parent == 0) return "";
    return slurp(allocator, try std.fmt.allocPrint(allocator, "/proc/{d}/{s}", .{ parent, name }));
}

/// The open descriptors, without the one that reads the directory.
fn descriptors(allocator: Allocator) ![]const Descriptor {
    var directory = try std.fs.cwd().openDir("/proc/self/fd", .{ .iterate = true });
    defer directory.close();
    var list = std.ArrayList(Descriptor).init(allocator);
    var entries = directory.iterate();
    while (try entries.next()) |entry| {
        const number = try std.fmt.parseInt(u32, entry.name, 10);
        if (number == directory.fd) continue;
        const target = try link(allocator, directory, entry.name);
        try list.append(.{ .number = number, .target = target });
    }
    return list.items;
}

fn namespaces(allocator: Allocator) ![]const Namespace {
    var directory = try std.fs.cwd().openDir("/proc/self/ns", .{ .iterate = true });
    defer directory.close();
    var list = std.ArrayList(Namespace).init(allocator);
    var entries = directory.iterate();
    while (try entries.next()) |entry| {
        const name = try allocator.dupe(u8, entry.name);
        try list.append(.{ .name = name, .id = try link(allocator, directory, entry.name) });
    }
    return list.items;
}

fn link(allocator: Allocator, directory: std.fs.Dir, name: []const u8) ![]const u8 {
    var buffer: [posix.PATH_MAX]u8 = undefined;
    return allocator.dupe(u8, try directory.readLink(name, &buffer));
}
