//! The gigabytes that a JavaScript engine reserves, kept out of a child.
//!
//! A clone copies the page tables of all memory, and where the kernel promises no more than it has
//! (vm.overcommit_memory=2) it would have to promise those gigabytes twice. The child needs none of
//! them: what it works with is on the stack, in the library and in memory.zig's mapping, which all
//! are smaller.

const std = @import("std");
const linux = @import("linux.zig");

/// Twice what memory.zig maps.
const large = 128 << 20;

/// More than an engine has.
const ranges_max = 32;

const Range = struct { start: usize, end: usize };

pub const LargeMappings = struct {
    ranges: [ranges_max]Range = undefined,
    count: usize = 0,

    /// From here on no child gets them. What cannot be read or kept back is copied as ever.
    pub fn keepBack() LargeMappings {
        var self: LargeMappings = .{};
        const flags: linux.O = .{ .CLOEXEC = true };
        const opened = linux.openat(linux.AT.FDCWD, "/proc/self/maps", flags, 0);
        if (linux.errno(opened) != .SUCCESS) return self;
        const fd = linux.asInt(opened);
        defer _ = linux.close(fd);
        var reader: Reader = .{};
        var buffer: [4096]u8 = undefined;
        while (true) {
            const len = linux.read(fd, &buffer, buffer.len);
            if (linux.errno(len) != .SUCCESS or len == 0) break;
            for (buffer[0..len]) |byte| if (reader.take(byte)) |range| self.add(range);
        }
        self.advise(linux.MADV_DONTFORK);
        return self;
    }

    pub fn giveBack(self: *const LargeMappings) void {
        self.advise(linux.MADV_DOFORK);
    }

    fn add(self: *LargeMappings, range: Range) void {
        if (range.end - range.start < large or self.count == ranges_max) return;
        self.ranges[self.count] = range;
        self.count += 1;
    }

    fn advise(self: *const LargeMappings, advice: u32) void {
        for (self.ranges[0..self.count]) |range| {
            _ = linux.madvise(range.start, range.end - range.start, advice);
        }
    }
};

/// proc_pid_maps(5), a byte at a time: `START-END PERMISSIONS …`. Only what is private and writable
/// counts as memory that is promised.
const Reader = struct {
    field: enum { start, end, permissions, rest } = .start,
    range: Range = .{ .start = 0, .end = 0 },
    permission: usize = 0,
    counts: bool = true,

    fn take(self: *Reader, byte: u8) ?Range {
        if (byte == '\n') {
            self.* = .{};
            return null;
        }
        switch (self.field) {
            .start => if (byte == '-') {
                self.field = .end;
            } else {
                self.range.start = self.range.start * 16 + digit(byte);
            },
            .end => if (byte == ' ') {
                self.field = .permissions;
            } else {
                self.range.end = self.range.end * 16 + digit(byte);
            },
            .permissions => return self.takePermission(byte),
            .rest => {},
        }
        return null;
    }

    fn takePermission(self: *Reader, byte: u8) ?Range {
        if (self.permission == 1 and byte != 'w') self.counts = false;
        if (self.permission == 3 and byte != 'p') self.counts = false;
        self.permission += 1;
        if (self.permission < 4) return null;
        self.field = .rest;
        return if (self.counts) self.range else null;
    }

    fn digit(byte: u8) usize {
        return std.fmt.charToDigit(byte, 16) catch 0;
    }
};

test "which mappings are private and writable" {
    const text =
        \\00200000-01a38000 r--p 00000000 fe:00 1 /bpm
        \\2e72fc00000-2e73fc00000 rw-p 00000000 00:00 0
        \\7f7b00000000-7f7c00000000 ---p 00000000 00:00 0
        \\7f7cc9d1f000-7f7d09d1f000 rwxp 00000000 00:00 0  [x-y]
        \\7f7d0a000000-7f7d0b000000 rw-s 00000000 00:01 9 /memfd
        \\
    ;
    var reader: Reader = .{};
    var found: [4]Range = undefined;
    var count: usize = 0;
    for (text) |byte| if (reader.take(byte)) |range| {
        found[count] = range;
        count += 1;
    };
    try std.testing.expectEqual(2, count);
    try std.testing.expectEqual(Range{ .start = 0x2e72fc00000, .end = 0x2e73fc00000 }, found[0]);
    try std.testing.expectEqual(Range{ .start = 0x7f7cc9d1f000, .end = 0x7f7d09d1f000 }, found[1]);
}
