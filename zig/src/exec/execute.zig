//! execvp(3) with the search path of the job's own environment.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const search_path = @import("search_path.zig");
const Command = @import("command.zig").Command;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

const default_search_path = "/usr/local/bin:/bin:/usr/bin";
const shell = "/bin/sh";

/// Becomes the command's executable. Returns only when that fails.
pub fn execute(report: *Report, command: Command) Failed {
    const name = command.executable();
    if (name.len == 0) return report.fail(.exec, name, .NOENT);
    if (std.mem.indexOfScalar(u8, name, '/') != null) return executePath(report, command, name);
    return executeName(report, command, name);
}

/// ENOENT for a file that exists is about the interpreter in its first line, or about the loader
/// that its program header names (execve(2)); without a hint that is hard to find out.
fn executePath(report: *Report, command: Command, path: [:0]const u8) Failed {
    const code = attempt(command, path);
    const exists = code == .NOENT and linux.errno(linux.access(path, linux.F_OK)) == .SUCCESS;
    return report.fail(if (exists) .@"exec interpreter of" else .exec, path, code);
}

/// The first file that can be executed. A file that may not be does not end the search, but is
/// what gets told when there is no other.
fn executeName(report: *Report, command: Command, name: []const u8) Failed {
    const directories = command.variable("PATH") orelse default_search_path;
    var candidates = search_path.Candidates.init(directories, name);
    var buffer: [search_path.path_max]u8 = undefined;
    var failure = report.fail(.exec, name, .NOENT);
    var denied = false;
    while (candidates.next(&buffer)) |path| {
        switch (attempt(command, path)) {
            .NOENT, .NOTDIR => {},
            .ACCES => {
                if (!denied) failure = report.fail(.exec, path, .ACCES);
                denied = true;
            },
            else => |code| return report.fail(.exec, path, code),
        }
    }
    return failure;
}

/// A text that is executable but of no known format is a shell script without a first line.
fn attempt(command: Command, path: [:0]const u8) linux.E {
    const code = linux.errno(linux.execve(path, command.argv.ptr, command.env.ptr));
    if (code != .NOEXEC or !isScript(path)) return code;
    _ = linux.execve(shell, command.asScript(shell, path), command.env.ptr);
    return code;
}

/// A program of another machine, or one that is cut off, must not be read as a script: a shell
/// would carry out what it takes for commands in it. Nor is one that names its interpreter, which
/// is then what cannot be executed.
fn isScript(path: [:0]const u8) bool {
    const flags: linux.O = .{ .NONBLOCK = true, .NOCTTY = true, .CLOEXEC = true };
    const opened = linux.openat(linux.AT.FDCWD, path, flags, 0);
    if (linux.errno(opened) != .SUCCESS) return false;
    const fd = linux.asInt(opened);
    defer _ = linux.close(fd);
    var head: [256]u8 = undefined;
    const len = linux.read(fd, &head, head.len);
    return linux.errno(len) == .SUCCESS and looksLikeScript(head[0..len]);
}

fn looksLikeScript(head: []const u8) bool {
    if (std.mem.startsWith(u8, head, "\x7fELF") or std.mem.startsWith(u8, head, "#!")) return false;
    const line = std.mem.sliceTo(head, '\n');
    return std.mem.indexOfScalar(u8, line, 0) == null;
}

test "what may be given to a shell" {
    const rows = [_]struct { []const u8, bool }{
        .{ "", true },
        .{ "exit 3\n", true },
        .{ "# comment\nexit 3\n", true },
        .{ "exit 3\n\x00 payload", true },
        .{ "\x7fELF", false },
        .{ "\x7fELF\x02\x01\x01\n", false },
        .{ "#!/bin/wrong\nexit\n", false },
        .{ "MZ\x90\x00\x03", false },
    };
    for (rows) |row| {
        const head, const expected = row;
        try std.testing.expectEqual(expected, looksLikeScript(head));
    }
}
