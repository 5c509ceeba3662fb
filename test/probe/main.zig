//! The program that tests put in a sandbox to see it from inside. It needs no libc and no file
//! besides itself, and it can do what a shell cannot: make any system call with any argument and
//! name the errno. Its first argument is a verb; results go to stdout as JSON or plain lines.

const std = @import("std");
const attempts = @import("attempts.zig");
const behaviour = @import("behaviour.zig");
const report = @import("report.zig");
const verdicts = @import("verdicts.zig");

/// The start code would ignore SIGPIPE and handle SIGSEGV: a job must show what it was given.
pub const std_options: std.Options = .{ .keep_sigpipe = true, .enable_segfault_handler = false };

const Verb = *const fn (arguments: []const [:0]const u8) anyerror!void;

const verbs = std.StaticStringMap(Verb).initComptime(.{
    .{ "report", report.print },
    .{ "try", attempts.print },
    .{ "verdicts", verdicts.print },
    .{ "exit", behaviour.exit },
    .{ "die", behaviour.die },
    .{ "sleep", behaviour.sleep },
    .{ "threads", behaviour.threads },
    .{ "ignore", behaviour.ignore },
    .{ "signals", behaviour.signals },
    .{ "zombies", behaviour.zombies },
    .{ "forks", behaviour.forks },
    .{ "allocate", behaviour.allocate },
    .{ "open", behaviour.open },
    .{ "count", behaviour.count },
});

pub fn main() !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    const arguments = try std.process.argsAlloc(arena.allocator());
    if (arguments.len < 2) return usage();
    const verb = verbs.get(arguments[1]) orelse return usage();
    try verb(arguments[2..]);
}

fn usage() error{Usage} {
    std.debug.print("usage: probe VERB [ARGUMENT...], where VERB is one of", .{});
    for (verbs.keys()) |name| std.debug.print(" {s}", .{name});
    std.debug.print("\n", .{});
    return error.Usage;
}
