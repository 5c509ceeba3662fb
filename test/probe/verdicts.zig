//! `probe verdicts CALL|FIRST-LAST...`: what the seccomp filters above this process say about each
//! call, without making it. A second filter of our own turns calls marked with a magic sixth
//! argument into notifications (seccomp_unotify(2)), which we answer with an errno that does not
//! exist. Of several filters the kernel obeys the strictest, so that answer means "allowed".

const std = @import("std");
const linux = std.os.linux;
const posix = std.posix;
const SECCOMP = linux.SECCOMP;
const Call = @import("call.zig").Call;
const output = @import("output.zig");

const magic: u32 = 0x62706d21;
const allowed_errno = 3000;

pub fn print(arguments: []const [:0]const u8) !void {
    var arena = std.heap.ArenaAllocator.init(std.heap.page_allocator);
    var results: std.json.ArrayHashMap([]const u8) = .{};
    const pipe = try posix.pipe2(.{});
    // A shared descriptor table hands the notification descriptor to the parent.
    const child = linux.syscall5(.clone, linux.CLONE.FILES | linux.SIG.CHLD, 0, 0, 0, 0);
    if (linux.E.init(child) != .SUCCESS) return error.CloneFailed;
    if (child != 0) return answer(pipe[0], @intCast(child));

    const listener: i32 = @intCast(try listen());
    _ = try posix.write(pipe[1], std.mem.asBytes(&listener));
    for (arguments) |text| try judge(arena.allocator(), &results, text);
    try output.json(results);
    linux.exit_group(0);
}

const Results = std.json.ArrayHashMap([]const u8);

fn judge(allocator: std.mem.Allocator, results: *Results, text: [:0]const u8) !void {
    const dash = std.mem.indexOfScalar(u8, text, '-');
    const range = if (dash) |at| std.fmt.parseInt(usize, text[0..at], 0) catch null else null;
    if (range == null) {
        var call = try Call.parse(try allocator.dupeZ(u8, text));
        return results.map.put(allocator, text, verdict(&call));
    }
    const last = try std.fmt.parseInt(usize, text[dash.? + 1 ..], 0);
    for (range.?..last + 1) |number| {
        var call: Call = .{ .number = number };
        const known = std.meta.intToEnum(linux.SYS, number) catch null;
        const name = if (known) |tag| @tagName(tag) else //
        try std.fmt.allocPrint(allocator, "#{d}", .{number});
        try results.map.put(allocator, name, verdict(&call));
    }
}

fn verdict(call: *Call) []const u8 {
    call.arguments[5] = magic;
    const result = call.perform();
    if (result == @as(usize, @bitCast(@as(isize, -allowed_errno)))) return "allow";
    return output.outcome(result);
}

const Instruction = extern struct { code: u16, jump_true: u8, jump_false: u8, value: u32 };
const Program = extern struct { length: u16, instructions: [*]const Instruction };

/// Installs the filter and returns the descriptor on which its notifications arrive.
fn listen() !usize {
    const load_word = 0x20;
    const jump_if_equal = 0x15;
    const return_value = 0x06;
    const sixth_argument = @offsetOf(SECCOMP.data, "arg5");
    const instructions = [_]Instruction{
        .{ .code = load_word, .jump_true = 0, .jump_false = 0, .value = sixth_argument },
        .{ .code = jump_if_equal, .jump_true = 0, .jump_false = 1, .value = magic },
        .{ .code = return_value, .jump_true = 0, .jump_false = 0, .value = SECCOMP.RET.USER_NOTIF },
        .{ .code = return_value, .jump_true = 0, .jump_false = 0, .value = SECCOMP.RET.ALLOW },
    };
    const program: Program = .{ .length = instructions.len, .instructions = &instructions };
    const flags = SECCOMP.FILTER_FLAG.NEW_LISTENER;
    const result = linux.seccomp(SECCOMP.SET_MODE_FILTER, flags, &program);
    if (linux.E.init(result) != .SUCCESS) return error.CannotInstallFilter;
    return result;
}

/// Answers every notification until the child, which asks, has ended.
fn answer(pipe: i32, child: i32) !void {
    var listener: i32 = undefined;
    if (try posix.read(pipe, std.mem.asBytes(&listener)) != @sizeOf(i32)) return error.NoListener;
    while (true) {
        var ready = [1]posix.pollfd{.{ .fd = listener, .events = posix.POLL.IN, .revents = 0 }};
        _ = try posix.poll(&ready, -1);
        if (ready[0].revents & posix.POLL.IN == 0) break;
        var request = std.mem.zeroes(SECCOMP.notif);
        const received = linux.ioctl(listener, SECCOMP.IOCTL_NOTIF.RECV, @intFromPtr(&request));
        if (linux.E.init(received) != .SUCCESS) continue;
        var response = std.mem.zeroes(SECCOMP.notif_resp);
        response.id = request.id;
        response.@"error" = -allowed_errno;
        _ = linux.ioctl(listener, SECCOMP.IOCTL_NOTIF.SEND, @intFromPtr(&response));
    }
    const status = posix.waitpid(child, 0).status;
    if (status != 0) return error.ChildFailed;
}
