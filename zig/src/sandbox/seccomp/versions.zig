//! In which Linux a system call came: versions.txt, read at comptime.

const std = @import("std");

/// Major and minor.
pub const Version = [2]u32;

/// From here on every call is in versions.txt. Older ones came before Linux 5.1, the exceptions
/// excepted.
const first_listed = 424;
const before_list: Version = .{ 5, 0 };

/// The version in which the call came, or one that is not later than any that matters.
pub fn of(comptime name: []const u8, comptime number: comptime_int) Version {
    comptime {
        for (entries) |entry| if (std.mem.eql(u8, entry.name, name)) return entry.version;
        if (number < first_listed) return before_list;
        @compileError("versions.txt does not say when this call came: " ++ name);
    }
}

pub fn isLater(a: Version, b: Version) bool {
    return a[0] > b[0] or (a[0] == b[0] and a[1] > b[1]);
}

const Entry = struct { name: []const u8, version: Version };

const entries: []const Entry = parse(@embedFile("versions.txt"));

fn parse(comptime text: []const u8) []const Entry {
    comptime {
        @setEvalBranchQuota(100_000);
        var found: []const Entry = &.{};
        var lines = std.mem.tokenizeScalar(u8, text, '\n');
        while (lines.next()) |line| {
            if (line[0] == '#') continue;
            var words = std.mem.tokenizeAny(u8, line, " .");
            const name = words.next().?;
            const version: Version = .{ part(words.next(), line), part(words.next(), line) };
            found = found ++ .{Entry{ .name = name, .version = version }};
        }
        return found;
    }
}

fn part(comptime word: ?[]const u8, comptime line: []const u8) u32 {
    return std.fmt.parseInt(u32, word orelse "", 10) catch
        @compileError("versions.txt: no NAME MAJOR.MINOR: " ++ line);
}
