//! Turns verdicts on numbers into a classic BPF program, at comptime.
//!
//! The kernel runs the program at install time once for each system call, with all but number and
//! architecture unknown; a number found to be allowed is put into a bitmap and never reaches the
//! program again (Linux 5.11, seccomp_is_const_allow in kernel/seccomp.c). Hence the plain
//! instructions used here, and hence a balanced search instead of one tuned for frequent calls.
//!
//! Numbers are compared as unsigned: x32 calls (bit 30 set) and negative numbers are therefore
//! "newer than any" without a test of their own.

const std = @import("std");
const builtin = @import("builtin");
const linux = std.os.linux;
const BPF = linux.BPF;
const RET = linux.SECCOMP.RET;
const SockFilter = @import("../../kernel/linux.zig").SockFilter;
const Rule = @import("policy.zig").Rule;
const Verdict = @import("policy.zig").Verdict;

/// The program of one architecture: a search for the number's verdict, and what that ends in.
pub fn section(comptime verdicts: []const Verdict) []const SockFilter {
    comptime {
        @setEvalBranchQuota(100_000);
        const ranges = merge(verdicts);
        const search_at = 1;
        const tail = Tail.of(verdicts);
        const tail_at = search_at + ranges.len - 1;
        const start = [_]SockFilter{load("nr")};
        return start ++ search(ranges, search_at, tail, tail_at) ++ tail.code;
    }
}

/// Calling conventions (linux/audit.h): the ELF machine, 64 bits or not, little-endian. The
/// standard library's enum does not compile in this version.
pub const Convention = enum(u32) {
    x86_64 = 0xc000003e,
    i386 = 0x40000003,
    aarch64 = 0xc00000b7,
    arm = 0x40000028,
};

/// Runs `then` if this is the calling convention, else goes on behind it.
pub fn guard(
    comptime convention: Convention,
    comptime then: []const SockFilter,
) []const SockFilter {
    comptime {
        const is_convention = jump(BPF.JEQ, @intFromEnum(convention), 0, then.len);
        return &[_]SockFilter{is_convention} ++ then;
    }
}

/// A whole program: loads the convention, tries the guards, and kills the process if none fits.
pub fn program(comptime guards: []const []const SockFilter) []const SockFilter {
    comptime {
        var code: []const SockFilter = &.{load("arch")};
        for (guards) |instructions| code = code ++ instructions;
        code = code ++ .{kill_process};
        verify(code);
        return code;
    }
}

pub const no_such_call = answer(RET.ERRNO | @as(u32, @intFromEnum(linux.E.NOSYS)));
const no_permission = answer(RET.ERRNO | @as(u32, @intFromEnum(linux.E.PERM)));
const allowed = answer(RET.ALLOW);
const kill_process = answer(RET.KILL_PROCESS);

/// What a search ends in: a block for each rule that the policy has, and the three answers.
const Tail = struct {
    code: []const SockFilter,
    rules: []const Rule,

    fn of(comptime verdicts: []const Verdict) Tail {
        comptime {
            const rules = distinctRules(verdicts);
            var len = 0;
            for (rules) |rule| len += blockLen(rule);
            var code: []const SockFilter = &.{};
            for (rules) |rule| code = code ++ block(rule, len - code.len - blockLen(rule));
            return .{ .code = code ++ .{ allowed, no_permission, no_such_call }, .rules = rules };
        }
    }

    /// Where a verdict is in it.
    fn entry(comptime self: Tail, comptime verdict: Verdict) usize {
        return switch (verdict) {
            .allow => self.code.len - 3,
            .eperm => self.code.len - 2,
            .enosys => self.code.len - 1,
            .rule => |wanted| {
                var at: usize = 0;
                for (self.rules) |rule| {
                    if (rule.eql(wanted)) return at;
                    at += blockLen(rule);
                }
                unreachable;
            },
        };
    }
};

fn distinctRules(comptime verdicts: []const Verdict) []const Rule {
    comptime {
        var found: []const Rule = &.{};
        for (verdicts) |verdict| {
            if (verdict != .rule) continue;
            for (found) |rule| {
                if (rule.eql(verdict.rule)) break;
            } else found = found ++ .{verdict.rule};
        }
        return found;
    }
}

fn blockLen(comptime rule: Rule) usize {
    return 1 + rule.values.len;
}

/// Compares the low word of the first argument with each value. `to_allowed` instructions lie
/// between the block and the answer "allowed", one more than that to the answer "EPERM".
///
/// The low word is all that the kernel itself looks at: personality takes an unsigned int, socket
/// and socketcall take an int, and clone cuts its flags down to 32 bits. Every architecture here
/// passes clone's flags first (clone(2)).
fn block(comptime rule: Rule, comptime to_allowed: usize) []const SockFilter {
    comptime {
        const condition = if (rule.kind == .without) BPF.JSET else BPF.JEQ;
        const hit, const miss = if (rule.kind == .only) .{ 0, 1 } else .{ 1, 0 };
        var code: []const SockFilter = &.{load("arg0")};
        for (rule.values, 1..) |value, position| {
            const behind = rule.values.len - position;
            const next = if (behind == 0) to_allowed + miss else 0;
            code = code ++ .{jump(condition, value, behind + to_allowed + hit, next)};
        }
        return code;
    }
}

const Range = struct { first: u32, verdict: Verdict };

/// Neighbours with one verdict become one range; the last one is everything newer.
fn merge(comptime verdicts: []const Verdict) []const Range {
    comptime {
        var ranges: []const Range = &.{};
        for (verdicts ++ .{.enosys}, 0..) |verdict, number| {
            if (ranges.len > 0 and ranges[ranges.len - 1].verdict.eql(verdict)) continue;
            ranges = ranges ++ .{Range{ .first = number, .verdict = verdict }};
        }
        return ranges;
    }
}

/// Binary search: the instruction at index `at` compares with the middle boundary, the search of
/// the lower half follows it, then that of the upper half. N ranges take N - 1 instructions.
fn search(
    comptime ranges: []const Range,
    comptime at: usize,
    comptime tail: Tail,
    comptime tail_at: usize,
) []const SockFilter {
    comptime {
        if (ranges.len == 1) return &.{};
        const low = ranges[0 .. ranges.len / 2];
        const high = ranges[ranges.len / 2 ..];
        const low_at = at + 1;
        const high_at = low_at + low.len - 1;
        const compare = jump(
            BPF.JGE,
            high[0].first,
            entrance(high, high_at, tail, tail_at) - low_at,
            entrance(low, low_at, tail, tail_at) - low_at,
        );
        return &[_]SockFilter{compare} ++
            search(low, low_at, tail, tail_at) ++ search(high, high_at, tail, tail_at);
    }
}

/// Where to jump for these ranges: a single one needs no search any more.
fn entrance(
    comptime ranges: []const Range,
    comptime at: usize,
    comptime tail: Tail,
    comptime tail_at: usize,
) usize {
    return if (ranges.len == 1) tail_at + tail.entry(ranges[0].verdict) else at;
}

/// `field` of struct seccomp_data; of a 64-bit field the low word.
fn load(comptime field: []const u8) SockFilter {
    comptime std.debug.assert(builtin.cpu.arch.endian() == .little);
    return .{
        .code = BPF.LD | BPF.W | BPF.ABS,
        .jt = 0,
        .jf = 0,
        .k = @offsetOf(linux.SECCOMP.data, field),
    };
}

fn answer(comptime action: u32) SockFilter {
    return .{ .code = BPF.RET | BPF.K, .jt = 0, .jf = 0, .k = action };
}

/// Skips `when_true` or `when_false` instructions; the kernel has eight bits for either.
fn jump(
    comptime condition: u16,
    comptime k: u32,
    comptime when_true: usize,
    comptime when_false: usize,
) SockFilter {
    if (when_true > 255 or when_false > 255) @compileError("seccomp: jump out of reach");
    return .{ .code = BPF.JMP | condition | BPF.K, .jt = when_true, .jf = when_false, .k = k };
}

/// Jumps only lead forward, so a program whose jumps stay inside and whose last instruction
/// returns does return, whichever way it takes.
fn verify(comptime code: []const SockFilter) void {
    const is_return = BPF.RET | BPF.K;
    std.debug.assert(code.len <= BPF.MAXINSNS);
    std.debug.assert(code[code.len - 1].code == is_return);
    for (code, 0..) |instruction, at| {
        const furthest = at + 1 + @max(instruction.jt, instruction.jf);
        std.debug.assert(instruction.code == is_return or furthest < code.len);
    }
}
