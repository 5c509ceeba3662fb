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

/// A file that is executable but of no known format is a shell script without a first line.
fn attempt(command: Command, path: [:0]const u8) linux.E {
    const code = linux.errno(linux.execve(path, command.argv.ptr, command.env.ptr));
    if (code != .NOEXEC) return code;
    _ = linux.execve(shell, command.asScript(shell, path), command.env.ptr);
    return code;
}
