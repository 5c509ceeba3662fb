//! Which devices a leaf lets be used, in the way that its hierarchy takes it. What a volume may add
//! is decided by what was opened for it: whose path it is may change at any time.

const std = @import("std");
const cgroup = @import("cgroup.zig");
const device_filter = @import("device_filter.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// The rule for a device node that may be read, and with `writable` be written; null for what is
/// none.
pub fn ruleFor(stat: linux.Stat, writable: bool) ?plan.DeviceRule {
    const is_block = linux.S.ISBLK(stat.mode);
    if (!is_block and !linux.S.ISCHR(stat.mode)) return null;
    // new_encode_dev() in include/linux/kdev_t.h.
    return .{
        .kind = if (is_block) .block else .character,
        .major = @intCast(stat.rdev >> 8 & 0xfff),
        .minor = @intCast((stat.rdev & 0xff) | (stat.rdev >> 12 & 0xfff00)),
        .read = true,
        .write = writable,
        .make = false,
    };
}

/// Lets nothing be used but what the rules allow.
pub fn restrict(report: *Report, leaf: plan.Cgroup, rules: []const plan.DeviceRule) Failed!void {
    const directory = leaf.directory.z;
    if (leaf.version == 2) return device_filter.attach(report, directory, rules);
    try cgroup.set(report, directory, .{
        .file = .{ .z = "devices.deny" },
        .value = .{ .z = "a" },
        .optional = false,
    });
    for (rules) |rule| {
        var buffer: [text_max]u8 = undefined;
        // A container cannot allow what it has not got itself (EPERM), and need not.
        try cgroup.set(report, directory, .{
            .file = .{ .z = "devices.allow" },
            .value = .{ .z = textOf(&buffer, rule) },
            .optional = true,
        });
    }
}

const text_max = 32;

/// As the v1 devices controller reads it: `c 1:3 rwm`.
fn textOf(buffer: *[text_max]u8, rule: plan.DeviceRule) [:0]const u8 {
    var numbers: [2][8]u8 = undefined;
    return std.fmt.bufPrintZ(buffer, "{s} {s}:{s} {s}{s}{s}", .{
        if (rule.kind == .block) "b" else "c",
        numberOf(&numbers[0], rule.major),
        numberOf(&numbers[1], rule.minor),
        if (rule.read) "r" else "",
        if (rule.write) "w" else "",
        if (rule.make) "m" else "",
    }) catch unreachable;
}

fn numberOf(buffer: *[8]u8, number: ?u20) []const u8 {
    return std.fmt.bufPrint(buffer, "{d}", .{number orelse return "*"}) catch unreachable;
}

test "rules are written as the devices controller reads them" {
    var buffer: [text_max]u8 = undefined;
    const rows = [_]struct { rule: plan.DeviceRule, text: []const u8 }{
        .{
            .rule = .{ .kind = .character, .major = 1, .minor = 3, .read = true, .write = true, .make = true },
            .text = "c 1:3 rwm",
        },
        .{
            .rule = .{ .kind = .block, .major = null, .minor = null, .read = false, .write = false, .make = true },
            .text = "b *:* m",
        },
        .{
            .rule = .{ .kind = .character, .major = 136, .minor = null, .read = true, .write = false, .make = false },
            .text = "c 136:* r",
        },
        .{
            .rule = .{ .kind = .block, .major = 1048575, .minor = 1048575, .read = true, .write = true, .make = true },
            .text = "b 1048575:1048575 rwm",
        },
    };
    for (rows) |row| try std.testing.expectEqualStrings(row.text, textOf(&buffer, row.rule));
}

test "only a device node has a rule, with its numbers" {
    var stat = std.mem.zeroes(linux.Stat);
    stat.mode = linux.S.IFREG;
    stat.rdev = 0x103;
    try std.testing.expectEqual(null, ruleFor(stat, true));
    stat.mode = linux.S.IFBLK;
    // What mknod(1) makes of 259:4660.
    stat.rdev = 0x34 | 259 << 8 | 0x12 << 20;
    const rule = ruleFor(stat, false).?;
    try std.testing.expectEqual(plan.DeviceKind.block, rule.kind);
    try std.testing.expectEqual(259, rule.major.?);
    try std.testing.expectEqual(4660, rule.minor.?);
    try std.testing.expect(rule.read and !rule.write and !rule.make);
}
