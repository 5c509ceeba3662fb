//! D-Bus messages, as far as talking to systemd takes: arguments are written behind one another,
//! answers are read in the same way. Both sides are on this machine, so its byte order is the one
//! in use. https://dbus.freedesktop.org/doc/dbus-specification.html

const std = @import("std");

const byte_order: u8 = switch (@import("builtin").cpu.arch.endian()) {
    .little => 'l',
    .big => 'B',
};
const protocol_version = 1;
/// Byte order, type, flags, version, length of the body, serial, length of the header's fields.
pub const prefix_size = 16;

pub const Type = enum(u8) { method_call = 1, method_return = 2, @"error" = 3, signal = 4, _ };
const Field = enum(u8) {
    path = 1,
    interface = 2,
    member = 3,
    error_name = 4,
    reply_serial = 5,
    destination = 6,
    signature = 8,
    _,
};

pub const Call = struct {
    serial: u32,
    destination: []const u8,
    path: []const u8,
    interface: []const u8,
    member: []const u8,
    /// Types of what is in the body.
    signature: []const u8,
};

/// Values are aligned to their size, counted from the start of the message or of its body, which
/// itself is aligned to the largest of them.
pub const Writer = struct {
    buffer: []u8,
    len: usize = 0,

    pub const Error = error{NoSpaceLeft};

    pub fn byte(self: *Writer, value: u8) Error!void {
        try self.bytes(&.{value});
    }

    pub fn int(self: *Writer, comptime T: type, value: T) Error!void {
        try self.alignTo(@sizeOf(T));
        try self.bytes(std.mem.asBytes(&value));
    }

    pub fn string(self: *Writer, text: []const u8) Error!void {
        try self.int(u32, @intCast(text.len));
        try self.bytes(text);
        try self.byte(0);
    }

    pub fn signature(self: *Writer, text: []const u8) Error!void {
        try self.byte(@intCast(text.len));
        try self.bytes(text);
        try self.byte(0);
    }

    /// Begins an array of structures. `endArray` wants the result.
    pub fn beginArray(self: *Writer) Error!usize {
        try self.int(u32, 0);
        const at = self.len;
        // This padding does not count towards the array's length.
        try self.alignTo(8);
        return at;
    }

    pub fn endArray(self: *Writer, begin: usize) void {
        const first = std.mem.alignForward(usize, begin, 8);
        self.patch(begin - 4, @intCast(self.len - first));
    }

    /// The beginning of a structure.
    pub fn beginStruct(self: *Writer) Error!void {
        try self.alignTo(8);
    }

    fn alignTo(self: *Writer, size: usize) Error!void {
        while (self.len % size != 0) try self.byte(0);
    }

    fn bytes(self: *Writer, data: []const u8) Error!void {
        if (self.buffer.len - self.len < data.len) return error.NoSpaceLeft;
        @memcpy(self.buffer[self.len..][0..data.len], data);
        self.len += data.len;
    }

    fn patch(self: *Writer, at: usize, value: u32) void {
        @memcpy(self.buffer[at..][0..4], std.mem.asBytes(&value));
    }
};

/// A method call with a body that has been written already.
pub fn writeCall(message: *Writer, call: Call, body: []const u8) Writer.Error!void {
    for ([_]u8{ byte_order, @intFromEnum(Type.method_call), 0, protocol_version }) |value| {
        try message.byte(value);
    }
    try message.int(u32, @intCast(body.len));
    try message.int(u32, call.serial);
    const fields = try message.beginArray();
    try writeField(message, .path, "o", call.path);
    try writeField(message, .destination, "s", call.destination);
    try writeField(message, .interface, "s", call.interface);
    try writeField(message, .member, "s", call.member);
    try message.beginStruct();
    try message.byte(@intFromEnum(Field.signature));
    try message.signature("g");
    try message.signature(call.signature);
    message.endArray(fields);
    try message.beginStruct();
    try message.bytes(body);
}

fn writeField(message: *Writer, field: Field, signature: []const u8, text: []const u8) Writer.Error!void {
    try message.beginStruct();
    try message.byte(@intFromEnum(field));
    try message.signature(signature);
    try message.string(text);
}

/// What the first `prefix_size` bytes of a message say.
pub const Prefix = struct {
    type: Type,
    fields_len: usize,
    /// Of the whole message.
    len: usize,

    /// Null when this is no message of this machine.
    pub fn parse(bytes: *const [prefix_size]u8) ?Prefix {
        if (bytes[0] != byte_order or bytes[3] != protocol_version) return null;
        const body_len: usize = std.mem.bytesToValue(u32, bytes[4..8]);
        const fields_len: usize = std.mem.bytesToValue(u32, bytes[12..16]);
        return .{
            .type = @enumFromInt(bytes[1]),
            .fields_len = fields_len,
            .len = std.mem.alignForward(usize, prefix_size + fields_len, 8) + body_len,
        };
    }
};

pub const Message = struct {
    type: Type,
    /// Empty or 0 where the header has none.
    member: []const u8 = "",
    error_name: []const u8 = "",
    reply_serial: u32 = 0,
    body: Reader,

    /// Null when the bytes, a whole message, do not make sense.
    pub fn parse(bytes: []const u8) ?Message {
        const prefix = Prefix.parse(bytes[0..prefix_size]) orelse return null;
        if (prefix.len != bytes.len) return null;
        const body_at = std.mem.alignForward(usize, prefix_size + prefix.fields_len, 8);
        var message: Message = .{ .type = prefix.type, .body = .{ .bytes = bytes[body_at..] } };
        var fields: Reader = .{ .bytes = bytes[0 .. prefix_size + prefix.fields_len], .at = prefix_size };
        while (fields.at < fields.bytes.len) message.takeField(&fields) orelse return null;
        return message;
    }

    fn takeField(self: *Message, fields: *Reader) ?void {
        fields.alignTo(8);
        const code: Field = @enumFromInt(fields.byte() orelse return null);
        const signature = fields.signature() orelse return null;
        if (signature.len != 1) return null;
        switch (signature[0]) {
            's', 'o' => {
                const text = fields.string() orelse return null;
                if (code == .member) self.member = text;
                if (code == .error_name) self.error_name = text;
            },
            'g' => _ = fields.signature() orelse return null,
            'u' => {
                const number = fields.int(u32) orelse return null;
                if (code == .reply_serial) self.reply_serial = number;
            },
            else => return null,
        }
    }
};

/// Reads values one after the other; null where the bytes end too early.
pub const Reader = struct {
    bytes: []const u8,
    at: usize = 0,

    pub fn int(self: *Reader, comptime T: type) ?T {
        self.alignTo(@sizeOf(T));
        const bytes = self.take(@sizeOf(T)) orelse return null;
        return std.mem.bytesToValue(T, bytes);
    }

    pub fn string(self: *Reader) ?[]const u8 {
        return self.text(self.int(u32) orelse return null);
    }

    fn signature(self: *Reader) ?[]const u8 {
        return self.text(self.byte() orelse return null);
    }

    fn text(self: *Reader, len: usize) ?[]const u8 {
        const found = self.take(len) orelse return null;
        _ = self.byte() orelse return null;
        return found;
    }

    fn byte(self: *Reader) ?u8 {
        return (self.take(1) orelse return null)[0];
    }

    fn alignTo(self: *Reader, size: usize) void {
        self.at = std.mem.alignForward(usize, self.at, size);
    }

    fn take(self: *Reader, len: usize) ?[]const u8 {
        if (self.at > self.bytes.len or self.bytes.len - self.at < len) return null;
        defer self.at += len;
        return self.bytes[self.at..][0..len];
    }
};

const testing = std.testing;

test "a call can be read again" {
    var body_buffer: [64]u8 = undefined;
    var body: Writer = .{ .buffer = &body_buffer };
    try body.string("one");
    const array = try body.beginArray();
    try body.beginStruct();
    try body.string("two");
    try body.int(u64, 3);
    body.endArray(array);

    var buffer: [512]u8 = undefined;
    var message: Writer = .{ .buffer = &buffer };
    try writeCall(&message, .{
        .serial = 7,
        .destination = "org.example",
        .path = "/org/example",
        .interface = "org.example.Interface",
        .member = "Do",
        .signature = "sa(st)",
    }, body_buffer[0..body.len]);

    var read = Message.parse(buffer[0..message.len]).?;
    try testing.expectEqual(Type.method_call, read.type);
    try testing.expectEqualStrings("Do", read.member);
    try testing.expectEqualStrings("one", read.body.string().?);
    const array_len = read.body.int(u32).?;
    read.body.alignTo(8);
    const begin = read.body.at;
    try testing.expectEqualStrings("two", read.body.string().?);
    try testing.expectEqual(@as(u64, 3), read.body.int(u64).?);
    try testing.expectEqual(@as(usize, array_len), read.body.at - begin);
    try testing.expectEqual(null, read.body.int(u32));
}

test "an error that another implementation wrote" {
    const bytes = [_]u8{ 'l', 3, 1, 1, 9, 0, 0, 0, 2, 0, 0, 0, 31, 0, 0, 0 } ++
        [_]u8{ 5, 1, 'u', 0, 7, 0, 0, 0 } ++
        [_]u8{ 4, 1, 's', 0, 3, 0, 0, 0, 'a', '.', 'b', 0, 0, 0, 0, 0 } ++
        [_]u8{ 8, 1, 'g', 0, 1, 's', 0, 0 } ++ "\x04\x00\x00\x00oops\x00".*;
    var read = Message.parse(&bytes).?;
    try testing.expectEqual(Type.@"error", read.type);
    try testing.expectEqual(@as(u32, 7), read.reply_serial);
    try testing.expectEqualStrings("a.b", read.error_name);
    try testing.expectEqualStrings("oops", read.body.string().?);
}

test "what is cut, of another byte order, or says that it is longer than it is" {
    const whole = [_]u8{ 'l', 2, 1, 1, 0, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 5, 1, 'u', 0, 7, 0, 0, 0 };
    try testing.expect(Message.parse(&whole) != null);
    try testing.expectEqual(null, Message.parse(whole[0..16]));
    var changed = whole;
    changed[0] = 'B';
    try testing.expectEqual(null, Message.parse(&changed));
    changed = whole;
    changed[18] = 's'; // a string of 7 bytes where there are none left
    try testing.expectEqual(null, Message.parse(&changed));
}
