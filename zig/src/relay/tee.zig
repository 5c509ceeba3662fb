//! One output of a command: from its pipe into its log, if it has one, at once, and to the terminal
//! as fast as that takes it.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const Terminal = @import("terminal.zig").Terminal;

pub const Tee = struct {
    /// -1 once all is read.
    pipe: linux.fd_t,
    /// -1: none.
    log: linux.fd_t,
    terminal: Terminal,
    /// How much is still to be read: everything until the command has ended.
    rest: usize = std.math.maxInt(usize),

    /// What to poll for input; nothing while the terminal is too far behind.
    pub fn input(self: *const Tee) linux.fd_t {
        return if (self.terminal.hasSpace()) self.pipe else -1;
    }

    /// What to poll for output.
    pub fn output(self: *const Tee) linux.fd_t {
        return if (self.terminal.pending().len > 0) self.terminal.fd else -1;
    }

    /// To be called when the pipe polls as readable.
    pub fn pump(self: *Tee) void {
        const space = self.terminal.space();
        const rc = linux.read(self.pipe, space.ptr, @min(space.len, self.rest));
        switch (linux.errno(rc)) {
            .SUCCESS => {},
            .AGAIN, .INTR => return,
            else => return self.close(),
        }
        if (rc == 0) return self.close();
        writeLog(self.log, space[0..rc]);
        self.terminal.add(rc);
        if (self.rest != std.math.maxInt(usize)) self.limitTo(self.rest - rc);
    }

    /// The command has ended. Only what it left in the pipe is read: a stranger that got hold of
    /// the writing end must neither be waited for nor copied.
    pub fn endInput(self: *Tee) void {
        var left: i32 = 0;
        const rc = linux.bytesInPipe(self.pipe, &left);
        self.limitTo(if (linux.errno(rc) == .SUCCESS) @intCast(left) else 0);
    }

    fn limitTo(self: *Tee, rest: usize) void {
        self.rest = rest;
        if (rest == 0) self.close();
    }

    /// Whoever still writes to the pipe gets SIGPIPE.
    pub fn close(self: *Tee) void {
        if (self.pipe >= 0) _ = linux.close(self.pipe);
        self.pipe = -1;
    }

    pub fn done(self: *const Tee) bool {
        return self.pipe < 0 and self.terminal.pending().len == 0;
    }
};

/// What a full disk does not take is lost, but the terminal still gets it.
fn writeLog(fd: linux.fd_t, bytes: []const u8) void {
    var rest = bytes;
    while (fd >= 0 and rest.len > 0) {
        const rc = linux.write(fd, rest.ptr, rest.len);
        switch (linux.errno(rc)) {
            .SUCCESS => rest = rest[rc..],
            .INTR => {},
            else => return,
        }
    }
}
