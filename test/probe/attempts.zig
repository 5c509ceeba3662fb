//! `probe try CALL...`: makes each call in a process of its own, so that one that succeeds changes
//! nothing for the next, and prints {"CALL": "OK" or errno's name}.

const std = @import("std");
const linux = std.os.linux;
const posix = std.posix;
const Call = @import("call.zig").Call;
const output = @import("output.zig");

pub fn print(arguments: []const [:0]const u8) !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    var results: std.json.ArrayHashMap([]const u8) = .{};
    for (arguments) |text| {
        const call = try Call.parse(try arena.allocator().dupeZ(u8, text));
        try results.map.put(arena.allocator(), text, try attempt(call));
    }
    try output.json(results);
}

/// The child tells its result through a close-on-exec pipe: an execve that works says nothing.
fn attempt(call: Call) ![]const u8 {
    const pipe = try posix.pipe2(.{ .CLOEXEC = true });
    defer posix.close(pipe[0]);
    const child = try posix.fork();
    if (child == 0) {
        const result = call.perform();
        _ = linux.write(pipe[1], std.mem.asBytes(&result), @sizeOf(usize));
        linux.exit_group(0);
    }
    posix.close(pipe[1]);
    var result: usize = 0;
    const length = try posix.read(pipe[0], std.mem.asBytes(&result));
    const status = posix.waitpid(child, 0).status;
    if (length == @sizeOf(usize)) return output.outcome(result);
    if (posix.W.IFSIGNALED(status)) return "killed";
    return if (posix.W.EXITSTATUS(status) == 0) "OK" else "failed";
}
