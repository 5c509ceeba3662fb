//! The command's input: from where the caller's comes to the pipe or terminal that the command
//! reads, without ever waiting for either.

const std = @import("std");
const linux = @import("../kernel/linux.zig");

const capacity = 4096;

pub const Feed = struct {
    /// -1 once it has ended.
    from: linux.fd_t,
    /// Never waits; -1 once nobody reads it any more.
    to: linux.fd_t,
    buffer: [capacity]u8 = undefined,
    start: usize = 0,
    end: usize = 0,

    /// What to poll for input; nothing while some waits to be passed on.
    pub fn input(self: *const Feed) linux.fd_t {
        return if (self.isEmpty() and self.to >= 0) self.from else -1;
    }

    /// What to poll for output.
    pub fn output(self: *const Feed) linux.fd_t {
        return if (self.isEmpty()) -1 else self.to;
    }

    /// To be called when the input polls as readable.
    pub fn read(self: *Feed) void {
        const rc = linux.read(self.from, &self.buffer, capacity);
        switch (linux.errno(rc)) {
            .SUCCESS => {},
            .AGAIN, .INTR => return,
            // EIO: a terminal that is gone, or whose foreground is another's (ioctl_tty(2)).
            else => return self.finish(),
        }
        if (rc == 0) return self.finish();
        self.start = 0;
        self.end = rc;
        self.write();
    }

    /// To be called when the output polls as writable.
    pub fn write(self: *Feed) void {
        const rest = self.buffer[self.start..self.end];
        const rc = linux.write(self.to, rest.ptr, rest.len);
        switch (linux.errno(rc)) {
            .SUCCESS => self.start += rc,
            .AGAIN, .INTR => {},
            else => self.giveUp(),
        }
    }

    /// The input has ended, and everything of it was passed on: so has the command's.
    fn finish(self: *Feed) void {
        self.from = -1;
        self.close();
    }

    fn giveUp(self: *Feed) void {
        self.start = self.end;
        self.close();
    }

    fn close(self: *Feed) void {
        if (self.to >= 0) _ = linux.close(self.to);
        self.to = -1;
    }

    fn isEmpty(self: *const Feed) bool {
        return self.start == self.end;
    }
};
