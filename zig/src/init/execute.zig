//! execvp(3) with the search path of the job's own environment.

const std = @import("std");
const linux = @import("../linux.zig");
const search_path = @import("search_path.zig");
const Message = @import("message.zig").Message;
const Report = @import("../report.zig").Report;
const Failed = @import("../report.zig").Failed;

const default_search_path = "/usr/local/bin:/bin:/usr/bin";
const shell = "/bin/sh";

/// Becomes the job's executable. Returns only when that fails.
pub fn execute(report: *Report, message: Message) Failed {
    const name = message.executable();
    if (name.len == 0) return report.fail("exec", name, .NOENT);
    if (std.mem.indexOfScalar(u8, name, '/') != null) return executePath(report, message, name);
    return executeName(report, message, name);
}

/// ENOENT for a file that exists is about the interpreter in its first line, or about the loader
/// that its program header names (execve(2)); without a hint that is hard to find out.
fn executePath(report: *Report, message: Message, path: [:0]const u8) Failed {
    const code = attempt(message, path);
    const exists = code == .NOENT and linux.errno(linux.access(path, linux.F_OK)) == .SUCCESS;
    return report.fail(if (exists) "exec interpreter of" else "exec", path, code);
}

/// The first file that can be executed. A file that may not be does not end the search, but is
/// what gets told when there is no other.
fn executeName(report: *Report, message: Message, name: []const u8) Failed {
    const directories = message.variable("PATH") orelse default_search_path;
    var candidates = search_path.Candidates.init(directories, name);
    var buffer: [search_path.path_max]u8 = undefined;
    var failure = report.fail("exec", name, .NOENT);
    var denied = false;
    while (candidates.next(&buffer)) |path| {
        switch (attempt(message, path)) {
            .NOENT, .NOTDIR => {},
            .ACCES => {
                if (!denied) failure = report.fail("exec", path, .ACCES);
                denied = true;
            },
            else => |code| return report.fail("exec", path, code),
        }
    }
    return failure;
}

/// A file that is executable but of no known format is a shell script without a first line.
fn attempt(message: Message, path: [:0]const u8) linux.E {
    const code = linux.errno(linux.execve(path, message.argv.ptr, message.env.ptr));
    if (code != .NOEXEC) return code;
    _ = linux.execve(shell, message.asScript(shell, path), message.env.ptr);
    return code;
}
