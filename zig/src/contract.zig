//! Writes what the two languages say to each other as TypeScript, for tsc to compare with the
//! documents of src/core: see test/contract. `zig build contract` puts it at zig-out/contract.ts.

const std = @import("std");
const actions = @import("documents/actions.zig");
const enter = @import("enter/request.zig");
const exit_record = @import("documents/exit_record.zig");
const handoff = @import("documents/handoff.zig");
const plan = @import("documents/plan.zig");
const supervise = @import("supervise/request.zig");
const Failure = @import("documents/report.zig").Failure;
const Report = @import("documents/report.zig").Report;
const Step = @import("documents/step.zig").Step;

/// What is sent in each call of the library.
const Requests = struct {
    prepare: plan.PrepareRequest,
    lock: plan.LockRequest,
    hook: plan.HookRequest,
    await_hook: plan.AwaitHookRequest,
    launch: plan.LaunchRequest,
    signal: plan.SignalRequest,
    destroy: plan.DestroyRequest,
    probe: plan.ProbeRequest,
    become: plan.BecomeRequest,
    perform: actions.Request,
};

/// What comes back.
const Answers = struct {
    prepare: plan.PrepareResponse,
    lock: plan.LockResponse,
    hook: plan.HookResponse,
    await_hook: plan.AwaitHookResponse,
    launch: plan.LaunchResponse,
    signal: plan.SignalResponse,
    destroy: plan.DestroyResponse,
    probe: plan.ProbeResponse,
    become: plan.BecomeResponse,
    perform: actions.Response,
};

/// What each embedded program reads.
const Programs = struct {
    supervise: supervise.Request,
    enter: enter.Request,
};

pub fn main() !void {
    var buffered = std.io.bufferedWriter(std.io.getStdOut().writer());
    const writer = buffered.writer();
    try writer.writeAll("// Written by zig/src/contract.zig.\n");
    try declare(writer, "Step", Step);
    try declare(writer, "Feature", plan.Feature);
    try declare(writer, "Requests", Requests);
    try declare(writer, "Answers", Answers);
    try declare(writer, "Failure", Failure);
    try declare(writer, "Programs", Programs);
    try declare(writer, "ExitRecord", exit_record.ExitRecord);
    try writeHandoff(writer);
    try buffered.flush();
}

fn declare(writer: anytype, comptime name: []const u8, comptime T: type) !void {
    try writer.writeAll("\nexport type " ++ name ++ " = ");
    try writeType(writer, T, 0);
    try writer.writeAll(";\n");
}

/// The bytes that a sandbox's init is handed and hands back, for those tests that are its parent.
fn writeHandoff(writer: anytype) !void {
    try writer.writeAll("\n/** Each is at its number. */\nexport const steps: readonly Step[] = [\n");
    for (std.enums.values(Step)) |step| try writer.print("  \"{s}\",\n", .{@tagName(step)});
    try writer.writeAll("];\n\nexport const handoff = {\n");
    try writer.print("  magic: 0x{x},\n  begun: {d},\n", .{ handoff.magic, handoff.begun });
    try writer.print("  reportBytes: {d},\n", .{@sizeOf(Report)});
    try writer.print("  stepOffset: {d},\n", .{@offsetOf(Report, "step")});
    try writer.print("  subjectOffset: {d},\n}} as const;\n", .{@offsetOf(Report, "subject")});
}

fn writeType(writer: anytype, comptime T: type, comptime depth: usize) !void {
    if (T == []const u8 or T == [:0]const u8) return writer.writeAll("string");
    if (T == actions.Bytes) return writer.writeAll("string | readonly (number)[]");
    switch (@typeInfo(T)) {
        .bool => try writer.writeAll("boolean"),
        .int => try writer.writeAll("number"),
        .optional => |optional| {
            try writeType(writer, optional.child, depth);
            try writer.writeAll(" | null");
        },
        .pointer => |slice| {
            try writer.writeAll("readonly (");
            try writeType(writer, slice.child, depth);
            try writer.writeAll(")[]");
        },
        .@"enum" => try writeTags(writer, T),
        .@"struct" => {
            // Text with rules of its own.
            if (@hasDecl(T, "jsonParse")) return writer.writeAll("string");
            try writeFields(writer, T, depth + 1);
        },
        .@"union" => try writeAlternatives(writer, T, depth + 1),
        else => @compileError("no document has a " ++ @typeName(T)),
    }
}

fn writeTags(writer: anytype, comptime T: type) !void {
    for (std.enums.values(T)) |tag| try writer.print("| \"{s}\" ", .{@tagName(tag)});
}

/// One property, of those that there are.
fn writeAlternatives(writer: anytype, comptime T: type, comptime depth: usize) !void {
    const indent = "  " ** depth;
    inline for (std.meta.fields(T)) |field| {
        try writer.writeAll("\n" ++ indent ++ "| { readonly " ++ field.name ++ ": ");
        try writeType(writer, field.type, depth);
        try writer.writeAll(" }");
    }
}

fn writeFields(writer: anytype, comptime T: type, comptime depth: usize) !void {
    const indent = "  " ** depth;
    try writer.writeAll("{\n");
    inline for (std.meta.fields(T)) |field| {
        const colon = if (field.default_value == null) ": " else "?: ";
        try writer.writeAll(indent ++ "readonly " ++ field.name ++ colon);
        try writeType(writer, field.type, depth);
        try writer.writeAll(";\n");
    }
    try writer.writeAll("  " ** (depth - 1) ++ "}");
}
