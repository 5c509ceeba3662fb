//! The message of the launching child (handoff.zig): what to execute. It and its vectors live in
//! mappings of their own, given back once the job has started.

const std = @import("std");
const handoff = @import("../documents/handoff.zig");
const linux = @import("../kernel/linux.zig");
const Command = @import("../exec/command.zig").Command;
const String = @import("../exec/command.zig").String;
const Vector = @import("../exec/command.zig").Vector;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// More than execve(2) accepts: it allows strings of 6 MiB altogether.
const size_max = 8 << 20;

pub const Message = struct {
    header: handoff.Header,
    command: Command,
    bytes: []const u8,

    /// Maps, checks and closes the message.
    pub fn receive(report: *Report) Failed!Message {
        const bytes = try map(report);
        const count = countSlots(bytes) catch return malformed(report);
        const message = parse(bytes, try allocate(report, count)) catch return malformed(report);
        _ = linux.close(handoff.fd.message);
        return message;
    }

    pub fn release(self: Message) void {
        const slots = self.command.slots;
        _ = linux.munmap(@ptrCast(slots.ptr), slots.len * @sizeOf(usize));
        _ = linux.munmap(self.bytes.ptr, self.bytes.len);
    }
};

fn map(report: *Report) Failed![]const u8 {
    var stat: linux.Stat = undefined;
    _ = try report.check(.@"read message", "fstat", linux.fstat(handoff.fd.message, &stat));
    if (stat.size < @sizeOf(handoff.Header) or stat.size > size_max) return malformed(report);
    const size: usize = @intCast(stat.size);
    const private: linux.MAP = .{ .TYPE = .PRIVATE };
    const rc = linux.mmap(null, size, linux.PROT.READ, private, handoff.fd.message, 0);
    const address = try report.check(.@"read message", "mmap", rc);
    return @as([*]const u8, @ptrFromInt(address))[0..size];
}

fn allocate(report: *Report, count: usize) Failed![]?String {
    const anonymous: linux.MAP = .{ .TYPE = .PRIVATE, .ANONYMOUS = true };
    const access = linux.PROT.READ | linux.PROT.WRITE;
    const rc = linux.mmap(null, count * @sizeOf(usize), access, anonymous, -1, 0);
    const address = try report.check(.@"read message", "mmap", rc);
    return @as([*]?String, @ptrFromInt(address))[0..count];
}

fn malformed(report: *Report) Failed {
    return report.fail(.@"read message", "bpm and its init do not match", .BADMSG);
}

const Malformed = error{Malformed};

/// A free slot, the arguments, null, the environment, null.
fn countSlots(bytes: []const u8) Malformed!usize {
    const header = try readHeader(bytes);
    return @as(usize, header.argc) + header.envc + 3;
}

fn readHeader(bytes: []const u8) Malformed!handoff.Header {
    const size = @sizeOf(handoff.Header);
    if (bytes.len < size) return error.Malformed;
    const header = std.mem.bytesToValue(handoff.Header, bytes[0..size]);
    if (header.magic != handoff.magic or header.argc == 0) return error.Malformed;
    // Each string takes a byte at least.
    if (@as(usize, header.argc) + header.envc > bytes.len - size) return error.Malformed;
    return header;
}

fn parse(bytes: []const u8, slots: []?String) Malformed!Message {
    const header = try readHeader(bytes);
    var strings = Strings{ .rest = bytes[@sizeOf(handoff.Header)..] };
    const argv = try strings.fill(slots[1 .. header.argc + 2]);
    const env = try strings.fill(slots[header.argc + 2 ..]);
    if (strings.rest.len != 0) return error.Malformed;
    const command: Command = .{ .argv = argv, .env = env, .slots = slots };
    return .{ .header = header, .command = command, .bytes = bytes };
}

/// NUL-terminated strings, one after the other.
const Strings = struct {
    rest: []const u8,

    /// Fills all slots but the last, which becomes the end mark.
    fn fill(self: *Strings, slots: []?String) Malformed!Vector {
        const last = slots.len - 1;
        for (slots[0..last]) |*slot| slot.* = try self.next();
        slots[last] = null;
        return slots[0..last :null];
    }

    fn next(self: *Strings) Malformed!String {
        const end = std.mem.indexOfScalar(u8, self.rest, 0) orelse return error.Malformed;
        const string = self.rest[0..end :0];
        self.rest = self.rest[end + 1 ..];
        return string.ptr;
    }
};

const testing = std.testing;

fn sample(comptime argc: u32, comptime envc: u32, comptime strings: []const u8) []const u8 {
    const header: handoff.Header = .{
        .argc = argc,
        .envc = envc,
        .subreaper = 0,
        .die_with_parent = 1,
        .has_exit_record = 1,
        .has_pidfile = 0,
        .has_oom_events = 0,
    };
    return std.mem.asBytes(&header) ++ strings;
}

test "a message becomes two vectors" {
    const bytes = comptime sample(2, 2, "/bin/x\x00-a\x00A=1\x00PATH=/bin\x00");
    var slots: [7]?String = undefined;
    try testing.expectEqual(slots.len, try countSlots(bytes));
    const message = try parse(bytes, &slots);
    try testing.expectEqual(@as(u32, 1), message.header.die_with_parent);
    const command = message.command;
    try testing.expectEqualStrings("/bin/x", command.executable());
    try testing.expectEqualStrings("-a", std.mem.span(command.argv[1].?));
    try testing.expectEqual(@as(usize, 2), command.argv.len);
    try testing.expectEqual(@as(usize, 2), command.env.len);
    try testing.expectEqual(null, slots[3]);
    try testing.expectEqual(null, slots[6]);
}

test "a message that is not whole is refused" {
    var slots: [16]?String = undefined;
    const rows = [_][]const u8{
        "",
        comptime sample(1, 0, "x\x00")[0..20],
        comptime sample(0, 1, "A=1\x00"),
        comptime sample(2, 0, "x\x00"),
        comptime sample(1, 0, "x"),
        comptime sample(1, 0, "x\x00y\x00"),
        comptime sample(4_000_000_000, 4_000_000_000, "x\x00"),
        comptime "?" ** 4 ++ sample(1, 0, "x\x00")[4..].*,
    };
    for (rows) |bytes| {
        const outcome = if (countSlots(bytes)) |count| parse(bytes, slots[0..count]) else |e| e;
        try testing.expectError(error.Malformed, outcome);
    }
}
