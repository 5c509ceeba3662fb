//! The five capability sets of a process that is about to exec (capabilities(7)).
//!
//! A child calls these in order, between clone and exec; setresuid comes between the second and
//! the third. Each returns the kernel's raw value, that of the first call that failed.
//!
//!   dropBounding    while CAP_SETPCAP is still effective; nothing outside of it can come back
//!   keepPermitted   or setresuid would empty the permitted set
//!   set             effective, permitted and inheritable, which setresuid left unequal
//!   raiseAmbient    so that they survive the exec of a program without file capabilities

const std = @import("std");
const linux = @import("../kernel/linux.zig");

/// Bit N is capability N (linux/capability.h).
pub const Mask = u64;

/// The kernel's last capability: what it does not know, it refuses to look up (prctl(2)).
pub fn last() u6 {
    var capability: u6 = 0;
    while (capability < 63) : (capability += 1) {
        const next = linux.prctl(linux.PR_CAPBSET_READ, @as(usize, capability) + 1, 0);
        if (linux.errno(next) != .SUCCESS) break;
    }
    return capability;
}

/// Removes whatever is not in `wanted` from the bounding set. `last_known` is the kernel's last
/// capability, /proc/sys/kernel/cap_last_cap: a number beyond it would be EINVAL.
pub fn dropBounding(wanted: Mask, last_known: u6) usize {
    for (0..@as(usize, last_known) + 1) |capability| {
        if (has(wanted, capability)) continue;
        const rc = linux.prctl(linux.PR_CAPBSET_DROP, capability, 0);
        if (linux.errno(rc) != .SUCCESS) return rc;
    }
    return 0;
}

/// Until the next exec a change from root to another user leaves the permitted set alone.
pub fn keepPermitted() usize {
    return linux.prctl(linux.PR_SET_KEEPCAPS, 1, 0);
}

/// Makes effective, permitted and inheritable set equal to `wanted`.
pub fn set(wanted: Mask) usize {
    const halves = [2]u32{ @truncate(wanted), @truncate(wanted >> 32) };
    var data: [2]linux.cap_data = undefined;
    for (&data, halves) |*entry, half| {
        entry.* = .{ .effective = half, .permitted = half, .inheritable = half };
    }
    return linux.capset(&.{}, &data);
}

/// Makes the ambient set equal to `wanted`, and lets go of what `keepPermitted` asked for.
pub fn raiseAmbient(wanted: Mask) usize {
    const cleared = linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL, 0);
    if (linux.errno(cleared) != .SUCCESS) return cleared;
    for (0..@bitSizeOf(Mask)) |capability| {
        if (!has(wanted, capability)) continue;
        const rc = linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_RAISE, capability);
        if (linux.errno(rc) != .SUCCESS) return rc;
    }
    return linux.prctl(linux.PR_SET_KEEPCAPS, 0, 0);
}

fn has(mask: Mask, capability: usize) bool {
    return mask >> @as(u6, @intCast(capability)) & 1 == 1;
}

test {
    _ = @import("capabilities_test.zig");
}
