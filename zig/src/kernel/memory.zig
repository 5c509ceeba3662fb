//! Memory for one call: mapped at its start and gone at its end. The standard library's page
//! allocator asks getauxval(3) for the page size, which nothing provides without a libc.

const std = @import("std");
const linux = @import("linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Far more than the largest plan takes; untouched pages cost nothing.
const size = 64 << 20;

pub const Memory = struct {
    bytes: []u8,

    pub fn map(report: *Report) Failed!Memory {
        const rc = linux.mapAnonymous(size);
        const address = try report.check(.allocate, "", rc);
        return .{ .bytes = @as([*]u8, @ptrFromInt(address))[0..size] };
    }

    pub fn unmap(self: Memory) void {
        _ = linux.munmap(@alignCast(self.bytes.ptr), self.bytes.len);
    }
};
