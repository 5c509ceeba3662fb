//! The files that execvp(3) tries for a name without a slash.

const std = @import("std");

/// PATH_MAX of linux/limits.h, which counts the NUL.
pub const path_max = 4096;

pub const Candidates = struct {
    directories: std.mem.SplitIterator(u8, .scalar),
    name: []const u8,

    pub fn init(search_path: []const u8, name: []const u8) Candidates {
        return .{ .directories = std.mem.splitScalar(u8, search_path, ':'), .name = name };
    }

    /// The next file. An empty entry of the search path is the working directory; one that is too
    /// long to name a file is passed over.
    pub fn next(self: *Candidates, buffer: *[path_max]u8) ?[:0]const u8 {
        while (self.directories.next()) |directory| {
            const slash = if (directory.len == 0) "" else "/";
            return std.fmt.bufPrintZ(buffer, "{s}{s}{s}", .{ directory, slash, self.name }) catch {
                continue;
            };
        }
        return null;
    }
};

test "the entries of PATH, in order" {
    const long = "/" ** path_max;
    const rows = [_]struct { path: []const u8, expected: []const []const u8 }{
        .{ .path = "/usr/bin:/bin", .expected = &.{ "/usr/bin/web", "/bin/web" } },
        .{ .path = "/bin:.", .expected = &.{ "/bin/web", "./web" } },
        .{ .path = "", .expected = &.{"web"} },
        .{ .path = ":/bin:", .expected = &.{ "web", "/bin/web", "web" } },
        .{ .path = "/a:" ++ long ++ ":/b", .expected = &.{ "/a/web", "/b/web" } },
    };
    for (rows) |row| {
        var candidates = Candidates.init(row.path, "web");
        var buffer: [path_max]u8 = undefined;
        for (row.expected) |path| {
            try std.testing.expectEqualStrings(path, candidates.next(&buffer).?);
        }
        try std.testing.expectEqual(null, candidates.next(&buffer));
    }
}
