//! Trees of which nothing is given away. A path may come to them by another name, through a link
//! of root's, so what counts is the name that the kernel has for what was opened.

const std = @import("std");
const chase = @import("chase.zig");
const descriptors = @import("../kernel/descriptors.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;

/// Whether `fd` is one of the trees or lies in one. Trees that are not there hold nothing.
pub fn hold(trees: []const plan.Path, fd: linux.fd_t) bool {
    var buffer: [descriptors.name_max]u8 = undefined;
    const name = descriptors.nameOf(fd, &buffer);
    for (trees) |tree| if (holds(tree, name)) return true;
    return false;
}

fn holds(tree: plan.Path, name: []const u8) bool {
    var ignored: Report = .{};
    const fd = chase.open(&ignored, .open, tree.z, .fail) catch return false;
    defer _ = linux.close(fd);
    var buffer: [descriptors.name_max]u8 = undefined;
    const top = descriptors.nameOf(fd, &buffer);
    if (!std.mem.startsWith(u8, name, top)) return false;
    return name.len == top.len or name[top.len] == '/';
}
