//! The seccomp filter of a sandboxed process, assembled wholly at comptime from seccomp/policy.txt.
//!
//! A filter sees two things first: the calling convention and a number. Numbers mean different
//! calls in different conventions (165 is mount on x86-64 and getresuid on i386), so each
//! convention has a section of its own, made from its own numbers.

const std = @import("std");
const builtin = @import("builtin");
const linux = @import("../kernel/linux.zig");
const policy = @import("seccomp/policy.zig");
const assembler = @import("seccomp/assembler.zig");
const calls = std.os.linux.syscalls;

/// x86-64 and, on the same machine, i386. x32 shares x86-64's convention and gets ENOSYS.
pub const x86_64 = assembler.program(&.{
    assembler.guard(.x86_64, assembler.section(policy.verdicts(calls.X64))),
    assembler.guard(.i386, assembler.section(policy.verdicts(calls.X86))),
});

/// arm64. 32-bit arm programs get ENOSYS for everything.
pub const aarch64 = assembler.program(&.{
    assembler.guard(.aarch64, assembler.section(policy.verdicts(calls.Arm64))),
    assembler.guard(.arm, &.{assembler.no_such_call}),
});

pub const filter: []const linux.SockFilter = switch (builtin.cpu.arch) {
    .x86_64 => x86_64,
    .aarch64 => aarch64,
    else => @compileError("no seccomp filter for this architecture"),
};

/// Confines the calling thread and whatever it starts. Returns the kernel's raw value; EACCES
/// means that neither no_new_privs nor CAP_SYS_ADMIN was there (seccomp(2)).
pub fn install() usize {
    const program = linux.SockFprog{ .len = filter.len, .filter = filter.ptr };
    return linux.seccompSetModeFilter(&program);
}

comptime {
    policy.requireKnownNames(&.{ calls.X64, calls.X86, calls.Arm64 });
}

test {
    _ = @import("seccomp/test.zig");
}
