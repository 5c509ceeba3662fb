//! What /proc/self/status says of a forked child that went through the steps. Most of it takes
//! root, and is skipped without.

const std = @import("std");
const linux = std.os.linux;
const capabilities = @import("capabilities.zig");
const testing = std.testing;

const set_names = [_][]const u8{ "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" };
const Sets = [set_names.len]u64;

/// One capability in either half of the mask: NET_BIND_SERVICE and PERFMON.
const two = 1 << 10 | 1 << 38;
const needed = two | 1 << linux.CAP.SETPCAP | 1 << linux.CAP.SETUID;

test "all five sets are what was wanted, for another user" {
    if ((try ownSets())[2] & needed != needed) return error.SkipZigTest;
    try testing.expectEqual([_]u64{two} ** 5, try setsAfter(becomeNobodyWithTwo));
}

test "wanting nothing leaves nothing" {
    if ((try ownSets())[2] & needed != needed) return error.SkipZigTest;
    try testing.expectEqual([_]u64{0} ** 5, try setsAfter(becomeNobodyWithNothing));
}

test "what was given up cannot be taken back" {
    const sets = try setsAfter(giveUpAndTakeBack);
    try testing.expectEqual([_]u64{0} ** 3, sets[0..3].*);
}

test "keepPermitted is undone" {
    try testing.expectEqual(0, try exitCodeOf(keepAndLetGo));
}

test "the last capability is what the kernel says" {
    var buffer: [16]u8 = undefined;
    const text = try readFile("/proc/sys/kernel/cap_last_cap", &buffer);
    const number = try std.fmt.parseInt(u6, std.mem.trimRight(u8, text, "\n"), 10);
    try testing.expectEqual(number, capabilities.last());
}

fn becomeNobodyWithTwo() bool {
    return becomeNobody(two);
}

fn becomeNobodyWithNothing() bool {
    return becomeNobody(0);
}

fn becomeNobody(wanted: capabilities.Mask) bool {
    return ok(capabilities.dropBounding(wanted, capabilities.last())) and
        ok(capabilities.keepPermitted()) and
        ok(linux.setresuid(65534, 65534, 65534)) and
        ok(capabilities.set(wanted)) and
        ok(capabilities.raiseAmbient(wanted));
}

fn giveUpAndTakeBack() bool {
    return ok(capabilities.set(0)) and
        linux.E.init(capabilities.set(1)) == .PERM and
        linux.E.init(capabilities.raiseAmbient(1)) == .PERM;
}

fn keepAndLetGo() bool {
    if (!ok(capabilities.keepPermitted()) or keepCaps() != 1) return false;
    return ok(capabilities.raiseAmbient(0)) and keepCaps() == 0;
}

fn keepCaps() usize {
    return linux.prctl(@intFromEnum(linux.PR.GET_KEEPCAPS), 0, 0, 0, 0);
}

fn ok(rc: usize) bool {
    return linux.E.init(rc) == .SUCCESS;
}

fn ownSets() !Sets {
    var buffer: [8192]u8 = undefined;
    const status = try readFile("/proc/self/status", &buffer);
    var sets: Sets = undefined;
    for (set_names, &sets) |name, *mask| {
        const at = std.mem.indexOf(u8, status, name) orelse return error.NoSuchLine;
        mask.* = try std.fmt.parseInt(u64, status[at + name.len + 2 ..][0..16], 16);
    }
    return sets;
}

/// A child runs the steps and writes its own sets into memory that both share.
fn setsAfter(comptime steps: fn () bool) !Sets {
    const shared = try std.posix.mmap(
        null,
        std.mem.page_size,
        std.posix.PROT.READ | std.posix.PROT.WRITE,
        .{ .TYPE = .SHARED, .ANONYMOUS = true },
        -1,
        0,
    );
    defer std.posix.munmap(shared);
    const sets: *Sets = @ptrCast(shared.ptr);
    const child = linux.fork();
    if (child == 0) {
        if (!steps()) linux.exit_group(1);
        sets.* = ownSets() catch linux.exit_group(2);
        linux.exit_group(0);
    }
    try testing.expectEqual(0, try waitFor(child));
    return sets.*;
}

fn exitCodeOf(comptime steps: fn () bool) !u8 {
    const child = linux.fork();
    if (child == 0) linux.exit_group(if (steps()) 0 else 1);
    return waitFor(child);
}

fn waitFor(child: usize) !u8 {
    if (!ok(child)) return error.ForkFailed;
    var status: u32 = undefined;
    if (!ok(linux.waitpid(@intCast(child), &status, 0))) return error.WaitFailed;
    if (!linux.W.IFEXITED(status)) return error.ChildKilled;
    return linux.W.EXITSTATUS(status);
}

fn readFile(path: []const u8, buffer: []u8) ![]const u8 {
    const file = try std.fs.openFileAbsolute(path, .{});
    defer file.close();
    return buffer[0..try file.readAll(buffer)];
}
