//! Memory for one call: mapped at its start and gone at its end. The standard library's page
//! allocator asks getauxval(3) for the page size, which nothing provides without a libc.

const std = @import("std");
const linux = @import("linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Far more than the largest plan takes; untouched pages cost nothing.
const size = 64 << 20;

/// Nobody's, on either side: without it the kernel may make one mapping of this and of a large one
/// beside it, which a child does not get (large_mappings.zig). At least a page of any architecture.
const guard = 64 << 10;

pub const Memory = struct {
    bytes: []u8,

    pub fn map(report: *Report) Failed!Memory {
        const rc = linux.reserve(guard + size + guard);
        const address = try report.check(.allocate, "", rc) + guard;
        _ = try report.check(.allocate, "", linux.makeWritable(address, size));
        return .{ .bytes = @as([*]u8, @ptrFromInt(address))[0..size] };
    }

    pub fn unmap(self: Memory) void {
        const start = @intFromPtr(self.bytes.ptr) - guard;
        _ = linux.munmap(@ptrFromInt(start), guard + size + guard);
    }
};
