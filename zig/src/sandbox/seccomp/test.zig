//! The filters, run by a small classic-BPF interpreter and held against the policy's text for
//! every number, against hand-written facts about numbers, and by the kernel itself.

const std = @import("std");
const builtin = @import("builtin");
const linux = std.os.linux;
const BPF = linux.BPF;
const seccomp = @import("../seccomp.zig");
const SockFilter = @import("../../kernel/linux.zig").SockFilter;
const testing = std.testing;

/// Written down again on purpose: a wrong value in the assembler must not agree with itself.
const Convention = enum(u32) {
    x86_64 = 0xc000003e,
    i386 = 0x40000003,
    aarch64 = 0xc00000b7,
    arm = 0x40000028,
    ppc64le = 0xc0000015,

    fn filter(self: Convention) []const SockFilter {
        return switch (self) {
            .x86_64, .i386 => seccomp.x86_64,
            .aarch64, .arm, .ppc64le => seccomp.aarch64,
        };
    }
};

const Answer = enum { allow, eperm, enosys, kill };

fn ask(convention: Convention, number: u32, arg0: u64) !Answer {
    return askFilter(convention.filter(), convention, number, arg0);
}

fn askFilter(code: []const SockFilter, convention: Convention, number: u32, arg0: u64) !Answer {
    const data = linux.SECCOMP.data{
        .nr = @bitCast(number),
        .arch = @intFromEnum(convention),
        .instruction_pointer = 0x7fff_dead_beef,
        .arg0 = arg0,
        .arg1 = std.math.maxInt(u64),
        .arg2 = std.math.maxInt(u64),
        .arg3 = std.math.maxInt(u64),
        .arg4 = std.math.maxInt(u64),
        .arg5 = std.math.maxInt(u64),
    };
    return switch (try interpret(code, std.mem.asBytes(&data))) {
        0x7fff0000 => .allow,
        0x00050001 => .eperm,
        0x00050026 => .enosys,
        0x80000000 => .kill,
        else => error.UnknownAction,
    };
}

/// At most this many instructions for any call: the search is balanced.
const steps_max = 16;

fn interpret(code: []const SockFilter, data: []const u8) !u32 {
    var accumulator: u32 = 0;
    var at: usize = 0;
    for (0..steps_max) |_| {
        const instruction = code[at];
        at += 1;
        const k = instruction.k;
        const jump_taken = switch (instruction.code) {
            BPF.RET | BPF.K => return k,
            BPF.LD | BPF.W | BPF.ABS => {
                accumulator = std.mem.readInt(u32, data[k..][0..4], .little);
                continue;
            },
            BPF.JMP | BPF.JEQ | BPF.K => accumulator == k,
            BPF.JMP | BPF.JGE | BPF.K => accumulator >= k,
            BPF.JMP | BPF.JSET | BPF.K => accumulator & k != 0,
            else => return error.UnknownInstruction,
        };
        at += if (jump_taken) instruction.jt else instruction.jf;
    }
    return error.TooManySteps;
}

/// The policy's rule for a number, found the other way round: number, name, line of the text.
fn rule(comptime Call: type, number: u32) []const u8 {
    const call = std.meta.intToEnum(Call, number) catch return "enosys";
    if (ruleInText(kernelName(@tagName(call)))) |word| return word;
    if (ruleInText(@tagName(call))) |word| return word;
    const came_later = number == 436 or number >= 439; // close_range, and faccessat2 (Linux 5.8)
    return if (came_later) "enosys" else "eperm";
}

fn kernelName(tag: []const u8) []const u8 {
    const names = .{
        .{ "llseek", "_llseek" },
        .{ "newselect", "_newselect" },
        .{ "fstatat64", "newfstatat" },
    };
    inline for (names) |pair| if (std.mem.eql(u8, tag, pair[0])) return pair[1];
    return tag;
}

fn ruleInText(name: []const u8) ?[]const u8 {
    var lines = std.mem.splitScalar(u8, @embedFile("policy.txt"), '\n');
    while (lines.next()) |line| {
        if (!std.mem.startsWith(u8, line, name)) continue;
        if (line.len == name.len) return "allow";
        if (line[name.len] != ' ') continue;
        var words = std.mem.splitScalar(u8, line[name.len + 1 ..], ' ');
        return words.first();
    }
    return null;
}

fn expectPolicy(comptime Call: type, convention: Convention) !void {
    for (0..601) |i| {
        const number: u32 = @intCast(i);
        const word = rule(Call, number);
        errdefer std.debug.print("{s} {d}: {s}\n", .{ @tagName(convention), number, word });
        for ([_]u64{ 0, 1, 38, linux.CLONE.NEWUSER }) |argument| {
            const answer = try ask(convention, number, argument);
            // Rules about arguments have tests of their own, by what they are for.
            const expected = std.meta.stringToEnum(Answer, word) orelse continue;
            try testing.expectEqual(expected, answer);
        }
    }
}

test "every number gets what the policy's text says" {
    try expectPolicy(linux.syscalls.X64, .x86_64);
    try expectPolicy(linux.syscalls.X86, .i386);
    try expectPolicy(linux.syscalls.Arm64, .aarch64);
}

test "numbers mean what the kernel means by them" {
    const facts = .{
        .{ .x86_64, 0, .allow }, // read
        .{ .x86_64, 21, .allow }, // access
        .{ .i386, 21, .eperm }, // mount
        .{ .x86_64, 165, .eperm }, // mount
        .{ .i386, 165, .allow }, // getresuid
        .{ .aarch64, 40, .eperm }, // mount
        .{ .x86_64, 101, .eperm }, // ptrace
        .{ .i386, 26, .eperm }, // ptrace
        .{ .aarch64, 117, .eperm }, // ptrace
        .{ .x86_64, 262, .allow }, // newfstatat
        .{ .aarch64, 79, .allow }, // newfstatat
        .{ .aarch64, 80, .allow }, // fstat
        .{ .i386, 102, .allow }, // socketcall, of nothing
        .{ .i386, 140, .allow }, // _llseek
        .{ .x86_64, 272, .eperm }, // unshare
        .{ .x86_64, 308, .eperm }, // setns
        .{ .x86_64, 332, .allow }, // statx
        .{ .x86_64, 334, .eperm }, // rseq
        .{ .x86_64, 335, .enosys }, // uretprobe, newer than the list in spite of its number
        .{ .x86_64, 424, .eperm }, // pidfd_send_signal
        .{ .x86_64, 436, .enosys }, // close_range: Linux 5.9, although openat2 has the next number
        .{ .i386, 436, .enosys },
        .{ .aarch64, 436, .enosys },
        .{ .x86_64, 438, .eperm }, // pidfd_getfd: Linux 5.6, although openat2 is older by number
        .{ .i386, 438, .eperm },
        .{ .aarch64, 438, .eperm },
        .{ .x86_64, 425, .eperm }, // io_uring_setup
        .{ .i386, 422, .enosys }, // futex_time64
        .{ .x86_64, 435, .enosys }, // clone3
        .{ .i386, 435, .enosys },
        .{ .aarch64, 435, .enosys },
        .{ .x86_64, 437, .allow }, // openat2
        .{ .i386, 437, .allow },
        .{ .aarch64, 437, .allow },
        .{ .x86_64, 439, .enosys }, // faccessat2
        .{ .x86_64, 0x7fffffff, .enosys },
        .{ .x86_64, 0xffffffff, .enosys },
    };
    inline for (facts) |fact| {
        errdefer std.debug.print("{s} {d}\n", .{ @tagName(fact[0]), fact[1] });
        try testing.expectEqual(@as(Answer, fact[2]), try ask(fact[0], fact[1], 0));
    }
}

test "calls that lead out of a sandbox are refused by every convention" {
    const names = .{
        "mount",        "umount2",          "pivot_root",        "move_mount",
        "open_tree",    "unshare",          "setns",             "open_by_handle_at",
        "ptrace",       "process_vm_readv", "process_vm_writev", "kcmp",
        "bpf",          "perf_event_open",  "userfaultfd",       "io_uring_setup",
        "init_module",  "finit_module",     "delete_module",     "kexec_load",
        "keyctl",       "add_key",          "request_key",       "reboot",
        "swapon",       "swapoff",          "quotactl",          "clock_settime",
        "settimeofday", "sethostname",      "setdomainname",     "acct",
    };
    inline for (names) |name| {
        errdefer std.debug.print("{s}\n", .{name});
        inline for (.{
            .{ .x86_64, linux.syscalls.X64 },
            .{ .i386, linux.syscalls.X86 },
            .{ .aarch64, linux.syscalls.Arm64 },
        }) |pair| {
            const number = @intFromEnum(@field(pair[1], name));
            try testing.expectEqual(.eperm, try ask(pair[0], number, 0));
        }
    }
}

test "clone makes threads and processes but no namespace" {
    const CLONE = linux.CLONE;
    const thread = CLONE.VM | CLONE.FS | CLONE.FILES | CLONE.SIGHAND | CLONE.THREAD |
        CLONE.SYSVSEM | CLONE.SETTLS | CLONE.PARENT_SETTID | CLONE.CHILD_CLEARTID;
    const namespaces = [_]u64{
        CLONE.NEWNS,   CLONE.NEWCGROUP, CLONE.NEWUTS, CLONE.NEWIPC,
        CLONE.NEWUSER, CLONE.NEWPID,    CLONE.NEWNET,
    };
    const numbers = .{ .{ .x86_64, 56 }, .{ .i386, 120 }, .{ .aarch64, 220 } };
    inline for (numbers) |number| {
        try testing.expectEqual(.allow, try ask(number[0], number[1], linux.SIG.CHLD));
        try testing.expectEqual(.allow, try ask(number[0], number[1], thread));
        try testing.expectEqual(.allow, try ask(number[0], number[1], CLONE.IO | thread));
        // clone looks at the low word alone, so the high one neither helps nor hurts.
        try testing.expectEqual(.allow, try ask(number[0], number[1], thread | 1 << 63));
        for (namespaces) |flag| {
            try testing.expectEqual(.eperm, try ask(number[0], number[1], flag));
            try testing.expectEqual(.eperm, try ask(number[0], number[1], flag | thread));
            try testing.expectEqual(.eperm, try ask(number[0], number[1], flag | 1 << 32));
        }
    }
}

test "personality can be asked for and set to Linux, and nothing else" {
    const numbers = .{ .{ .x86_64, 135 }, .{ .i386, 136 }, .{ .aarch64, 92 } };
    // The last allowed one is how a C int of -1 arrives; the kernel reads 32 bits.
    const allowed = [_]u64{ 0, 8, 0xffff_ffff, 0xffff_ffff_ffff_ffff };
    const refused = [_]u64{ 1, 7, 9, 0x0004_0000, 0x0040_0000, 0x0004_0008, 0xffff_fffe };
    inline for (numbers) |number| {
        for (allowed) |value| {
            try testing.expectEqual(.allow, try ask(number[0], number[1], value));
        }
        for (refused) |value| {
            try testing.expectEqual(.eperm, try ask(number[0], number[1], value));
            try testing.expectEqual(.eperm, try ask(number[0], number[1], value | 8 << 32));
        }
    }
}

fn refusedIfIn(values: []const u64, value: u64) Answer {
    return if (std.mem.indexOfScalar(u64, values, value) == null) .allow else .eperm;
}

test "no socket of a family that leads out is made, and every other one is" {
    const refused = [_]u64{ linux.AF.ALG, linux.AF.VSOCK };
    const families = 64; // more than AF_MAX
    const numbers = .{
        .{ .x86_64, 41 },   .{ .x86_64, 53 }, // socket, socketpair
        .{ .i386, 359 },    .{ .i386, 360 },
        .{ .aarch64, 198 }, .{ .aarch64, 199 },
    };
    inline for (numbers) |number| {
        for (0..families) |family| {
            const expected = refusedIfIn(&refused, family);
            errdefer std.debug.print("{any} family {d}\n", .{ number, family });
            try testing.expectEqual(expected, try ask(number[0], number[1], family));
            // An int: what the high word holds is not looked at, here as in the kernel.
            try testing.expectEqual(expected, try ask(number[0], number[1], family | 7 << 32));
        }
    }
}

test "socketcall makes no socket, and does all else" {
    const socketcall = 102;
    const makes_sockets = [_]u64{ 1, 8 }; // SYS_SOCKET, SYS_SOCKETPAIR (linux/net.h)
    for (0..32) |what| {
        const expected = refusedIfIn(&makes_sockets, what);
        errdefer std.debug.print("{d}\n", .{what});
        try testing.expectEqual(expected, try ask(.i386, socketcall, what));
    }
}

test "x32 calls do not exist" {
    for (0..601) |number| {
        const x32: u32 = @intCast(number | 0x4000_0000);
        try testing.expectEqual(.enosys, try ask(.x86_64, x32, 0));
    }
}

test "arm64 machines have no 32-bit calls, and other conventions kill the process" {
    for (0..601) |i| {
        const number: u32 = @intCast(i);
        try testing.expectEqual(.enosys, try ask(.arm, number, 0));
        try testing.expectEqual(.kill, try ask(.ppc64le, number, 0));
        try testing.expectEqual(.kill, try askFilter(seccomp.x86_64, .aarch64, number, 0));
        try testing.expectEqual(.kill, try askFilter(seccomp.aarch64, .x86_64, number, 0));
    }
}

const KernelCase = struct { call: linux.SYS, arg0: usize, expected: linux.E };

/// Each call answers differently without the filter: it succeeds or dislikes its arguments.
const kernel_cases = [_]KernelCase{
    .{ .call = .getppid, .arg0 = 0, .expected = .SUCCESS },
    .{ .call = .personality, .arg0 = 0xffff_ffff, .expected = .SUCCESS },
    .{ .call = .personality, .arg0 = 0x0040_0000, .expected = .PERM },
    .{ .call = .clone, .arg0 = linux.CLONE.NEWNS | linux.CLONE.FS, .expected = .PERM },
    .{ .call = .unshare, .arg0 = 0, .expected = .PERM },
    .{ .call = .membarrier, .arg0 = 0, .expected = .PERM },
    .{ .call = .clone3, .arg0 = 0, .expected = .NOSYS },
    .{ .call = .close_range, .arg0 = 1000, .expected = .NOSYS },
    .{ .call = .pidfd_getfd, .arg0 = 0, .expected = .PERM },
    .{ .call = .socket, .arg0 = linux.AF.ALG, .expected = .PERM },
    .{ .call = .socketpair, .arg0 = linux.AF.VSOCK, .expected = .PERM },
    .{ .call = .faccessat2, .arg0 = 0, .expected = .NOSYS },
    .{ .call = .epoll_pwait2, .arg0 = 0, .expected = .NOSYS },
};

test "the kernel takes the filter and keeps to it" {
    const child = linux.fork();
    if (child == 0) linux.exit_group(firstFailingCase());
    try testing.expectEqual(.SUCCESS, linux.E.init(child));
    var status: u32 = undefined;
    const waited = linux.waitpid(@intCast(child), &status, 0);
    try testing.expectEqual(child, waited);
    errdefer std.debug.print("wait status {x}\n", .{status});
    try testing.expect(linux.W.IFEXITED(status));
    try testing.expectEqual(0, linux.W.EXITSTATUS(status));
}

/// 0: none; 254 and 255: not even installed.
fn firstFailingCase() i32 {
    const no_new_privs = linux.prctl(@intFromEnum(linux.PR.SET_NO_NEW_PRIVS), 1, 0, 0, 0);
    if (linux.E.init(no_new_privs) != .SUCCESS) return 254;
    if (linux.E.init(seccomp.install()) != .SUCCESS) return 255;
    for (kernel_cases, 1..) |case, position| {
        const rc = linux.syscall5(case.call, case.arg0, 0, 0, 0, 0);
        if (linux.E.init(rc) != case.expected) return @intCast(position);
    }
    return 0;
}
