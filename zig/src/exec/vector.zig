//! argv and envp as exec wants them, made before a clone because nothing may be allocated after.

const std = @import("std");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub const Vector = [*:null]const ?[*:0]const u8;

pub fn make(report: *Report, allocator: std.mem.Allocator, texts: []const plan.Text) Failed!Vector {
    const pointers = allocator.allocSentinel(?[*:0]const u8, texts.len, null) catch
        return report.fail(.allocate, "", .NOMEM);
    for (texts, pointers) |text, *pointer| pointer.* = text.z.ptr;
    return pointers.ptr;
}
