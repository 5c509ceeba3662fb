//! What the launching child leaves for the init that replaces it: descriptors at fixed numbers,
//! and one message in a sealed memfd. Nothing travels in the init's own argv or environment, which
//! every user of the host can read in /proc/PID/cmdline.

const std = @import("std");

/// Descriptors of the init. 0, 1 and 2 are the job's. Absent ones are simply not open, and the
/// header says so.
pub const fd = struct {
    /// Write end of the pipe to bpm: one byte, `begun`, as soon as the init runs; then a Report
    /// when the job's executable cannot be executed, or end-of-file when it runs.
    pub const status = 3;
    /// The message: Header, then `argc` and `envc` NUL-terminated strings.
    pub const message = 4;
    /// Where to write how the main process ended.
    pub const exit_record = 5;
    /// The pidfile, emptied when the init ends, so that it never names somebody else's process.
    pub const pidfile = 6;
    /// cgroup file with an `oom_kill N` line: memory.events (v2) or memory.oom_control (v1).
    pub const oom_events = 7;
    /// The init's own executable, close-on-exec.
    pub const init = 8;
    pub const first_unused = 9;
};

/// What the init says first. Without it bpm knows that the init never ran.
pub const begun: u8 = 1;

pub const magic: u32 = 0x62706d31;

pub const Header = extern struct {
    magic: u32 = magic,
    argc: u32,
    envc: u32,
    /// 1: the init is no PID 1 (host PID namespace): be a subreaper and end every descendant.
    subreaper: u32,
    /// 1: end when the parent (the supervisor of `bpm run`) ends.
    die_with_parent: u32,
    has_exit_record: u32,
    has_pidfile: u32,
    has_oom_events: u32,
};

comptime {
    std.debug.assert(@sizeOf(Header) == 32);
}
