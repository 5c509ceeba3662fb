//! The message of the launching child (handoff.zig), as the argument and environment vectors that
//! execve(2) takes. Both live in mappings of their own, given back once the job has started.

const std = @import("std");
const handoff = @import("../handoff.zig");
const linux = @import("../linux.zig");
const Report = @import("../report.zig").Report;
const Failed = @import("../report.zig").Failed;

/// More than execve(2) accepts: it allows strings of 6 MiB altogether.
const size_max = 8 << 20;

const String = [*:0]const u8;
const Vector = [:null]?String;

pub const Message = struct {
    header: handoff.Header,
    argv: Vector,
    env: Vector,
    /// Both vectors, with a free slot before argv[0].
    slots: []?String,
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
        _ = linux.munmap(@ptrCast(self.slots.ptr), self.slots.len * @sizeOf(usize));
        _ = linux.munmap(self.bytes.ptr, self.bytes.len);
    }

    pub fn executable(self: Message) [:0]const u8 {
        return std.mem.span(self.argv[0].?);
    }

    /// The value of an environment variable of the job.
    pub fn variable(self: Message, name: []const u8) ?[:0]const u8 {
        for (self.env) |entry| {
            const text = std.mem.span(entry.?);
            if (!std.mem.startsWith(u8, text, name)) continue;
            // What follows the name is there, if only as the NUL.
            if (text[name.len] == '=') return text[name.len + 1 ..];
        }
        return null;
    }

    /// The vector of `/bin/sh PATH ARGUMENTS`. It takes the place of argv.
    pub fn asScript(self: Message, shell: String, path: String) [*:null]?String {
        self.slots[0] = shell;
        self.slots[1] = path;
        return self.slots[0 .. self.argv.len + 1 :null].ptr;
    }
};

fn map(report: *Report) Failed![]const u8 {
    var stat: linux.Stat = undefined;
    _ = try report.check("read message", "fstat", linux.fstat(handoff.fd.message, &stat));
    if (stat.size < @sizeOf(handoff.Header) or stat.size > size_max) return malformed(report);
    const size: usize = @intCast(stat.size);
    const private: linux.MAP = .{ .TYPE = .PRIVATE };
    const rc = linux.mmap(null, size, linux.PROT.READ, private, handoff.fd.message, 0);
    const address = try report.check("read message", "mmap", rc);
    return @as([*]const u8, @ptrFromInt(address))[0..size];
}

fn allocate(report: *Report, count: usize) Failed![]?String {
    const anonymous: linux.MAP = .{ .TYPE = .PRIVATE, .ANONYMOUS = true };
    const access = linux.PROT.READ | linux.PROT.WRITE;
    const rc = linux.mmap(null, count * @sizeOf(usize), access, anonymous, -1, 0);
    const address = try report.check("read message", "mmap", rc);
    return @as([*]?String, @ptrFromInt(address))[0..count];
}

fn malformed(report: *Report) Failed {
    return report.fail("read message", "bpm and its init do not match", .BADMSG);
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
    return .{ .header = header, .argv = argv, .env = env, .slots = slots, .bytes = bytes };
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
    try testing.expectEqualStrings("/bin/x", message.executable());
    try testing.expectEqualStrings("-a", std.mem.span(message.argv[1].?));
    try testing.expectEqual(@as(usize, 2), message.argv.len);
    try testing.expectEqual(@as(usize, 2), message.env.len);
    try testing.expectEqual(null, slots[3]);
    try testing.expectEqual(null, slots[6]);
}

test "variables are found by their whole name" {
    const bytes = comptime sample(1, 4, "x\x00PATHX=1\x00XPATH=2\x00PATH=/a:/b\x00E=\x00");
    var slots: [8]?String = undefined;
    const message = try parse(bytes, &slots);
    try testing.expectEqualStrings("/a:/b", message.variable("PATH").?);
    try testing.expectEqualStrings("", message.variable("E").?);
    try testing.expectEqual(null, message.variable("PAT"));
}

test "a script's vector starts with the shell and the path that was found" {
    const bytes = comptime sample(2, 0, "x\x00-a\x00");
    var slots: [5]?String = undefined;
    const message = try parse(bytes, &slots);
    const vector = std.mem.span(message.asScript("/bin/sh", "/opt/x"));
    try testing.expectEqual(@as(usize, 3), vector.len);
    for (vector, [_][]const u8{ "/bin/sh", "/opt/x", "-a" }) |entry, expected| {
        try testing.expectEqualStrings(expected, std.mem.span(entry.?));
    }
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
