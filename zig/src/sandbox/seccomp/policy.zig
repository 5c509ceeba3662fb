//! What the seccomp filter answers to each system call: policy.txt, read at comptime.
//!
//! This file knows names and numbers. How a filter tells them apart is assembler.zig's business.

const std = @import("std");

pub const Verdict = enum {
    allow,
    /// EPERM: the call exists, and this sandbox may not make it.
    eperm,
    /// ENOSYS: there is no such call, so libraries try an older one.
    enosys,
    /// Allowed when the first argument asks for no new namespace: clone.
    clone_flags,
    /// Allowed when the first argument is one of a few harmless ones: personality.
    personality,
};

const Entry = struct { name: []const u8, verdict: Verdict };

/// Three names that the standard library spells differently from the kernel.
const aliases = [_]struct { kernel: []const u8, zig: []const u8 }{
    .{ .kernel = "_llseek", .zig = "llseek" },
    .{ .kernel = "_newselect", .zig = "newselect" },
    .{ .kernel = "newfstatat", .zig = "fstatat64" },
};

/// The verdict on every number from 0 to the newest call that the policy names, for the
/// architecture whose calls `Call` (one of std.os.linux.syscalls) lists. Higher numbers are ENOSYS.
pub fn verdicts(comptime Call: type) []const Verdict {
    comptime {
        @setEvalBranchQuota(100_000);
        const known = @typeInfo(Call).@"enum".fields;
        var answers = [_]Verdict{.enosys} ** (newestNumber(Call) + 1);
        for (known) |call| {
            if (call.value < answers.len) answers[call.value] = .eperm;
        }
        for (entries) |entry| {
            const number = numberOf(Call, entry.name) orelse continue;
            if (answers[number] != .eperm and answers[number] != entry.verdict) {
                @compileError("policy.txt has two verdicts on the number of " ++ entry.name);
            }
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

fn newestNumber(comptime Call: type) comptime_int {
    comptime {
        var newest = 0;
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
        @setEvalBranchQuota(200_000);
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
    const rule = words.next() orelse return .{ .name = name, .verdict = .allow };
    if (words.next() != null or !@hasField(Verdict, rule)) {
        @compileError("policy.txt: unknown rule: " ++ line);
    }
    return .{ .name = name, .verdict = @field(Verdict, rule) };
}
