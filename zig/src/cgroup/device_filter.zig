//! Which devices may be opened: cgroup v2 has no files for that, but runs a BPF program of ours at
//! every open and mknod of a device (Documentation/admin-guide/cgroup-v2.rst, "Device controller").
//! The program is the list of rules: the first that fits allows, and what fits none is refused.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

const Insn = linux.BPF.Insn;
const step: Step = .@"filter devices";

/// Rules for what volumes bring may be many; the kernel takes 4096 instructions from anybody.
const instructions_max = 4096;
const prologue_len = 6;
const rule_len_max = 8;

/// What the kernel hands over: type and access, major, minor (struct bpf_cgroup_dev_ctx).
const context = .{ .access_type = 0, .major = 4, .minor = 8 };
const block = 1;
const character = 2;
const make = 1;
const read = 2;
const write = 4;

/// Has everything below the cgroup obey the rules. The program stays as long as the cgroup.
pub fn attach(report: *Report, directory: [:0]const u8, rules: []const plan.DeviceRule) Failed!void {
    var buffer: [instructions_max]Insn = undefined;
    const program = assemble(&buffer, rules) orelse return report.fail(step, directory, .@"2BIG");
    const loaded = linux.loadDeviceProgram(program);
    const fd = try report.checkInt(step, directory, loaded);
    defer _ = linux.close(fd);
    const flags: linux.O = .{ .DIRECTORY = true, .CLOEXEC = true, .NOFOLLOW = true };
    const opened = linux.openat(linux.AT.FDCWD, directory, flags, 0);
    const cgroup = try report.checkInt(step, directory, opened);
    defer _ = linux.close(cgroup);
    _ = try report.check(step, directory, linux.attachDeviceProgram(cgroup, fd));
}

/// Null when there are too many rules.
fn assemble(buffer: []Insn, rules: []const plan.DeviceRule) ?[]const Insn {
    if (prologue_len + rules.len * rule_len_max + 2 > buffer.len) return null;
    const prologue = [prologue_len]Insn{
        Insn.ldx(.word, .r2, .r1, context.access_type),
        Insn.mov(.r3, .r2),
        Insn.rsh(.r3, 16), // r3: access
        Insn.alu_and(.r2, 0xffff), // r2: type
        Insn.ldx(.word, .r4, .r1, context.major),
        Insn.ldx(.word, .r5, .r1, context.minor),
    };
    @memcpy(buffer[0..prologue_len], &prologue);
    var len: usize = prologue_len;
    for (rules) |rule| len += assembleRule(buffer[len..], rule);
    buffer[len] = Insn.mov(.r0, 0);
    buffer[len + 1] = Insn.exit();
    return buffer[0 .. len + 2];
}

fn assembleRule(buffer: []Insn, rule: plan.DeviceRule) usize {
    var code: std.BoundedArray(Insn, rule_len_max) = .{};
    const kind: i32 = if (rule.kind == .block) block else character;
    code.appendAssumeCapacity(Insn.jne(.r2, kind, 0));
    code.appendAssumeCapacity(Insn.mov(.r1, .r3));
    code.appendAssumeCapacity(Insn.alu_and(.r1, ~accessMask(rule)));
    code.appendAssumeCapacity(Insn.jne(.r1, 0, 0));
    if (rule.major) |major| code.appendAssumeCapacity(Insn.jne(.r4, major, 0));
    if (rule.minor) |minor| code.appendAssumeCapacity(Insn.jne(.r5, minor, 0));
    code.appendAssumeCapacity(Insn.mov(.r0, 1));
    code.appendAssumeCapacity(Insn.exit());
    // A test that fails leads to what is behind the rule.
    for (code.slice(), 1..) |*instruction, next| {
        const is_test = instruction.code & ~@as(u8, linux.BPF.X) == linux.BPF.JMP | linux.BPF.JNE;
        if (is_test) instruction.off = @intCast(code.len - next);
    }
    @memcpy(buffer[0..code.len], code.slice());
    return code.len;
}

fn accessMask(rule: plan.DeviceRule) i32 {
    var mask: i32 = 0;
    if (rule.make) mask |= make;
    if (rule.read) mask |= read;
    if (rule.write) mask |= write;
    return mask;
}

const testing = std.testing;
const Access = struct { kind: u32, access: u32, major: u32, minor: u32 };

/// Runs the program as the kernel does, for the few instructions that it is made of.
fn verdict(program: []const Insn, asked: Access) u64 {
    var registers = [_]u64{0} ** 11;
    var at: usize = 0;
    while (true) : (at += 1) {
        const instruction = program[at];
        const destination = &registers[instruction.dst];
        const value: u64 = if (instruction.code & linux.BPF.X != 0)
            registers[instruction.src]
        else
            @bitCast(@as(i64, instruction.imm));
        switch (instruction.code & ~@as(u8, linux.BPF.X)) {
            linux.BPF.LDX | linux.BPF.MEM => destination.* = switch (instruction.off) {
                context.access_type => asked.access << 16 | asked.kind,
                context.major => asked.major,
                context.minor => asked.minor,
                else => unreachable,
            },
            linux.BPF.ALU64 | linux.BPF.MOV => destination.* = value,
            linux.BPF.ALU64 | linux.BPF.RSH => destination.* >>= @intCast(value),
            linux.BPF.ALU64 | linux.BPF.AND => destination.* &= value,
            linux.BPF.JMP | linux.BPF.JNE => if (destination.* != value) {
                at += @intCast(instruction.off);
            },
            linux.BPF.JMP | linux.BPF.EXIT => return registers[0],
            else => unreachable,
        }
    }
}

fn ruleFor(kind: plan.DeviceKind, major: ?u20, minor: ?u20, access: []const u8) plan.DeviceRule {
    return .{
        .kind = kind,
        .major = major,
        .minor = minor,
        .read = std.mem.indexOfScalar(u8, access, 'r') != null,
        .write = std.mem.indexOfScalar(u8, access, 'w') != null,
        .make = std.mem.indexOfScalar(u8, access, 'm') != null,
    };
}

test "what a rule names is allowed, and nothing else" {
    const rules = [_]plan.DeviceRule{
        ruleFor(.character, null, null, "m"),
        ruleFor(.character, 1, 3, "rwm"),
        ruleFor(.character, 136, null, "rw"),
        ruleFor(.block, 8, 0, "r"),
    };
    var buffer: [64]Insn = undefined;
    const program = assemble(&buffer, &rules).?;
    const rows = [_]struct { asked: Access, expected: u64 }{
        .{ .asked = .{ .kind = character, .access = read | write, .major = 1, .minor = 3 }, .expected = 1 },
        .{ .asked = .{ .kind = character, .access = make, .major = 1, .minor = 1 }, .expected = 1 },
        .{ .asked = .{ .kind = character, .access = read, .major = 1, .minor = 1 }, .expected = 0 },
        .{ .asked = .{ .kind = character, .access = read | make, .major = 1, .minor = 1 }, .expected = 0 },
        .{ .asked = .{ .kind = character, .access = write, .major = 136, .minor = 7 }, .expected = 1 },
        .{ .asked = .{ .kind = character, .access = read, .major = 8, .minor = 0 }, .expected = 0 },
        .{ .asked = .{ .kind = block, .access = read, .major = 8, .minor = 0 }, .expected = 1 },
        .{ .asked = .{ .kind = block, .access = read | write, .major = 8, .minor = 0 }, .expected = 0 },
        .{ .asked = .{ .kind = block, .access = read, .major = 1, .minor = 3 }, .expected = 0 },
    };
    for (rows) |row| try testing.expectEqual(row.expected, verdict(program, row.asked));
}

test "no rules allow nothing, too many make no program" {
    var buffer: [64]Insn = undefined;
    const asked: Access = .{ .kind = character, .access = read, .major = 1, .minor = 3 };
    try testing.expectEqual(@as(u64, 0), verdict(assemble(&buffer, &.{}).?, asked));
    const many = [_]plan.DeviceRule{ruleFor(.character, 1, 3, "r")} ** 8;
    try testing.expectEqual(null, assemble(&buffer, &many));
}
