//! What the seccomp filter answers to each system call: policy.txt, read at comptime.
//!
//! This file knows names and numbers. How a filter tells them apart is assembler.zig's business.

const std = @import("std");
const versions = @import("versions.zig");

pub const Verdict = union(enum) {
    allow,
    /// EPERM: the call exists, and this sandbox may not make it.
    eperm,
    /// ENOSYS: there is no such call, so libraries try an older one.
    enosys,
    /// It depends on the first argument.
    rule: Rule,

    pub fn eql(a: Verdict, b: Verdict) bool {
        if (std.meta.activeTag(a) != std.meta.activeTag(b)) return false;
        return a != .rule or a.rule.eql(b.rule);
    }
};

/// Allowed or EPERM, by the low word of the first argument.
pub const Rule = struct {
    kind: Kind,
    values: []const u32,

    pub const Kind = enum {
        /// Refused if it is one of the values.
        not,
        /// Refused unless it is one of the values.
        only,
        /// Refused if it has a bit of a value's.
        without,
    };

    pub fn eql(a: Rule, b: Rule) bool {
        return a.kind == b.kind and std.mem.eql(u32, a.values, b.values);
    }
};

const Entry = struct { name: []const u8, verdict: Verdict };

/// Three names that the standard library spells differently from the kernel.
const aliases = [_]struct { kernel: []const u8, zig: []const u8 }{
    .{ .kernel = "_llseek", .zig = "llseek" },
    .{ .kernel = "_newselect", .zig = "newselect" },
    .{ .kernel = "newfstatat", .zig = "fstatat64" },
};

/// The newest Linux whose calls policy.txt knows, and so refuses if it does not name them.
const newest_known: versions.Version = .{ 5, 6 };

/// The verdict on every number from 0 to the newest call that the policy knows, for the
/// architecture whose calls `Call` (one of std.os.linux.syscalls) lists. Higher numbers are ENOSYS.
pub fn verdicts(comptime Call: type) []const Verdict {
    comptime {
        @setEvalBranchQuota(1_000_000);
        var answers = [_]Verdict{.enosys} ** (newestNumber(Call) + 1);
        for (@typeInfo(Call).@"enum".fields) |call| {
            if (isKnown(call)) answers[call.value] = .eperm;
        }
        for (entries) |entry| {
            const number = numberOf(Call, entry.name) orelse continue;
            answers[number] = entry.verdict;
        }
        const result = answers;
        return &result;
    }
}

/// Makes the compiler refuse names that none of the architectures has: most likely a typing error.
pub fn requireKnownNames(comptime Calls: []const type) void {
    comptime {
        @setEvalBranchQuota(100_000);
        for (entries) |entry| {
            for (Calls) |Call| {
                if (numberOf(Call, entry.name) != null) break;
            } else @compileError("policy.txt: no architecture has a call named " ++ entry.name);
        }
    }
}

/// Whether Linux had the call when the policy was made.
fn isKnown(comptime call: std.builtin.Type.EnumField) bool {
    return !versions.isLater(versions.of(call.name, call.value), newest_known);
}

fn newestNumber(comptime Call: type) comptime_int {
    comptime {
        var newest = 0;
        for (@typeInfo(Call).@"enum".fields) |call| {
            if (isKnown(call)) newest = @max(newest, call.value);
        }
        for (entries) |entry| newest = @max(newest, numberOf(Call, entry.name) orelse 0);
        return newest;
    }
}

fn numberOf(comptime Call: type, comptime name: []const u8) ?comptime_int {
    const spelling = for (aliases) |alias| {
        if (std.mem.eql(u8, alias.kernel, name)) break alias.zig;
    } else name;
    if (!@hasField(Call, spelling)) return null;
    return @intFromEnum(@field(Call, spelling));
}

const entries: []const Entry = parse(@embedFile("policy.txt"));

fn parse(comptime text: []const u8) []const Entry {
    comptime {
        @setEvalBranchQuota(1_000_000);
        var found: []const Entry = &.{};
        var lines = std.mem.tokenizeScalar(u8, text, '\n');
        while (lines.next()) |line| {
            if (line[0] == '#') continue;
            const entry = parseLine(line);
            if (found.len > 0 and !std.mem.lessThan(u8, found[found.len - 1].name, entry.name)) {
                @compileError("policy.txt is not sorted, or has a name twice: " ++ entry.name);
            }
            found = found ++ .{entry};
        }
        return found;
    }
}

fn parseLine(comptime line: []const u8) Entry {
    var words = std.mem.splitScalar(u8, line, ' ');
    const name = words.first();
    const word = words.next() orelse return .{ .name = name, .verdict = .allow };
    if (std.mem.eql(u8, word, "enosys") and words.next() == null) {
        return .{ .name = name, .verdict = .enosys };
    }
    const kind = std.meta.stringToEnum(Rule.Kind, word) orelse
        @compileError("policy.txt: unknown rule: " ++ line);
    const rule: Rule = .{ .kind = kind, .values = values(&words, line) };
    return .{ .name = name, .verdict = .{ .rule = rule } };
}

/// The numbers of NAME=NUMBER, at least one.
fn values(
    comptime words: *std.mem.SplitIterator(u8, .scalar),
    comptime line: []const u8,
) []const u32 {
    var found: []const u32 = &.{};
    while (words.next()) |word| {
        const at = std.mem.indexOfScalar(u8, word, '=') orelse 0;
        const value = std.fmt.parseInt(u32, word[at + 1 ..], 0) catch
            @compileError("policy.txt: no NAME=NUMBER: " ++ line);
        found = found ++ .{value};
    }
    if (found.len == 0) @compileError("policy.txt: a rule without values: " ++ line);
    return found;
}
