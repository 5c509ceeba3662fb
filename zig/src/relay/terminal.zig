//! One of a program's own output streams, written to without ever waiting for its reader.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

pub const capacity = 64 << 10;
/// A pipe that polls as writable takes as much in one call without blocking (pipe(7)).
const PIPE_BUF = 4096;

pub const Terminal = struct {
    /// -1 once the reader is gone.
    fd: linux.fd_t,
    backlog: *[capacity]u8,
    start: usize = 0,
    end: usize = 0,
    /// What kept it from taking more, if that is not just a reader that is gone.
    lost: linux.E = .SUCCESS,

    pub fn open(fd: linux.fd_t, backlog: *[capacity]u8) Terminal {
        return .{ .fd = reopen(fd), .backlog = backlog };
    }

    /// Where the next output goes, to be told of with `add`. Empty while the backlog is full.
    pub fn space(self: *Terminal) []u8 {
        if (capacity - self.end < PIPE_BUF) {
            const kept = self.pending();
            std.mem.copyForwards(u8, self.backlog, kept);
            self.start = 0;
            self.end = kept.len;
        }
        return self.backlog[self.end..];
    }

    pub fn hasSpace(self: *const Terminal) bool {
        return self.pending().len < capacity;
    }

    /// The first `len` bytes of the space are output now.
    pub fn add(self: *Terminal, len: usize) void {
        if (self.fd >= 0) self.end += len;
    }

    /// Adds a line of the program's own behind what is on the way; cut to what there is room for.
    pub fn put(self: *Terminal, line: []const u8) void {
        const room = self.space();
        const len = @min(room.len, line.len);
        @memcpy(room[0..len], line[0..len]);
        self.add(len);
    }

    pub fn pending(self: *const Terminal) []const u8 {
        return self.backlog[self.start..self.end];
    }

    /// To be called when it polls as writable. A reader that is gone is no error: the logs go on.
    pub fn flush(self: *Terminal) void {
        const rc = linux.write(self.fd, self.pending().ptr, @min(self.pending().len, PIPE_BUF));
        switch (linux.errno(rc)) {
            .SUCCESS => self.take(rc),
            .AGAIN, .INTR => {},
            else => |errno| {
                if (errno != .PIPE) self.lost = errno;
                self.giveUp();
            },
        }
    }

    /// Drops what is pending and all that follows.
    pub fn giveUp(self: *Terminal) void {
        self.fd = -1;
        self.start = 0;
        self.end = 0;
    }

    fn take(self: *Terminal, len: usize) void {
        self.start += len;
        if (self.start < self.end) return;
        self.start = 0;
        self.end = 0;
    }
};

/// O_NONBLOCK belongs to the open file description, which the calling shell shares; opened once
/// more, a terminal or a pipe has one of our own. A regular file does not block and would lose its
/// offset; a socket cannot be opened. Both are used as they are, in pieces of PIPE_BUF.
fn reopen(fd: linux.fd_t) linux.fd_t {
    var stat: linux.Stat = undefined;
    if (linux.errno(linux.fstat(fd, &stat)) != .SUCCESS) return -1;
    if (!linux.S.ISCHR(stat.mode) and !linux.S.ISFIFO(stat.mode)) return fd;
    var buffer: [32]u8 = undefined;
    const path = std.fmt.bufPrintZ(&buffer, "/proc/self/fd/{d}", .{fd}) catch unreachable;
    const flags: linux.O = .{
        .ACCMODE = .WRONLY,
        .NONBLOCK = true,
        .NOCTTY = true,
        .CLOEXEC = true,
    };
    const rc = linux.openat(linux.AT.FDCWD, path, flags, 0);
    return if (linux.errno(rc) == .SUCCESS) linux.asInt(rc) else fd;
}

test "the backlog keeps the order and takes no more than it holds" {
    var backlog: [capacity]u8 = undefined;
    var terminal: Terminal = .{ .fd = 1, .backlog = &backlog };
    @memset(terminal.space(), 'a');
    terminal.add(capacity);
    try std.testing.expect(!terminal.hasSpace());
    try std.testing.expectEqual(0, terminal.space().len);

    terminal.take(capacity - 2);
    const space = terminal.space();
    try std.testing.expect(terminal.hasSpace());
    try std.testing.expectEqual(capacity - 2, space.len);
    space[0] = 'b';
    terminal.add(1);
    try std.testing.expectEqualStrings("aab", terminal.pending());
    terminal.take(3);
    try std.testing.expectEqual(0, terminal.pending().len);
    try std.testing.expectEqual(capacity, terminal.space().len);
}

test "nothing is kept for a reader that is gone" {
    var backlog: [capacity]u8 = undefined;
    var terminal: Terminal = .{ .fd = 1, .backlog = &backlog };
    terminal.add(10);
    terminal.giveUp();
    terminal.add(10);
    try std.testing.expectEqual(0, terminal.pending().len);
}
