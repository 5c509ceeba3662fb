//! One system call, written as text: `NAME:ARGUMENT:...`. NAME may be a number. An argument is an
//! integer (`0x1f`, `-1`) or, after `@`, a string whose address is passed.

const std = @import("std");
const linux = std.os.linux;

pub const Call = struct {
    number: usize,
    arguments: [6]usize = .{0} ** 6,

    /// `text` must outlive the result and may be changed by it: `:` become the strings' ends.
    pub fn parse(text: [:0]u8) !Call {
        std.mem.replaceScalar(u8, text, ':', 0);
        var words = std.mem.splitScalar(u8, text, 0);
        const name = words.first();
        var call: Call = .{ .number = if (std.meta.stringToEnum(linux.SYS, name)) |known|
            @intFromEnum(known)
        else
            std.fmt.parseInt(usize, name, 0) catch return error.NoSuchSystemCall };
        var index: usize = 0;
        while (words.next()) |word| : (index += 1) {
            if (index == call.arguments.len) return error.TooManyArguments;
            call.arguments[index] = try argument(word);
        }
        return call;
    }

    fn argument(word: []const u8) !usize {
        if (word.len > 0 and word[0] == '@') return @intFromPtr(word.ptr + 1);
        return @bitCast(@as(isize, @truncate(try std.fmt.parseInt(i128, word, 0))));
    }

    pub fn perform(call: Call) usize {
        const a = call.arguments;
        return syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
};

/// linux.syscall6, but for any number: its own type has only the numbers with a name.
const syscall: *const fn (usize, usize, usize, usize, usize, usize, usize) usize =
    @ptrCast(&linux.syscall6);
