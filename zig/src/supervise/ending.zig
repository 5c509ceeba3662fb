//! How the errand ended, as `bpm run` tells it: what its init noted down, or what can be said where
//! the init was killed as well. In the same words as src/lifecycle/state/ending.ts.

const std = @import("std");
const linux = @import("../kernel/linux.zig");
const oom = @import("../cgroup/oom.zig");
const plan = @import("../documents/plan.zig");
const signals = @import("../kernel/signals.zig");
const wait = @import("../kernel/wait.zig");
const ExitRecord = @import("../documents/exit_record.zig").ExitRecord;

pub const Ending = struct {
    /// The init's, as wait4(2) gave it.
    status: u32,
    record: ?ExitRecord,
    /// Whether the kernel has killed something of the errand for want of memory.
    out_of_memory: bool,

    /// To be called while the cgroups are still there: they count what was killed in them.
    pub fn find(status: u32, record_path: [:0]const u8, cgroups: []const plan.CgroupRef) Ending {
        const record = ExitRecord.read(record_path);
        return .{
            .status = status,
            .record = record,
            .out_of_memory = if (record) |known| known.oom_killed else oom.hasKilledIn(cgroups),
        };
    }

    pub fn exitCode(self: Ending) u8 {
        return wait.exitCode(self.status);
    }

    /// Longer than any reason.
    pub const reason_max = 64;

    /// What has ended it, in a few words.
    pub fn reason(self: Ending, buffer: *[reason_max]u8) []const u8 {
        const record = self.record orelse {
            if (wait.signalled(self.status) == null) return self.exited(buffer);
            return if (self.out_of_memory) "killed together with its init, out of memory" else "its init was killed";
        };
        const signal = record.signal orelse return self.exited(buffer);
        const kill = if (signal == linux.SIGKILL) ", out of memory" else after_kill;
        const memory = if (self.out_of_memory) kill else "";
        if (signals.name(signal)) |name| return print(buffer, "{s}{s}", .{ name, memory });
        return print(buffer, "signal {d}{s}", .{ signal, memory });
    }

    /// Of a process that ended otherwise, the kernel has killed a child, perhaps long before.
    const after_kill = ", after an out-of-memory kill";

    fn exited(self: Ending, buffer: *[reason_max]u8) []const u8 {
        const memory = if (self.out_of_memory) after_kill else "";
        return print(buffer, "exit status {d}{s}", .{ self.exitCode(), memory });
    }

    fn print(buffer: *[reason_max]u8, comptime format: []const u8, arguments: anytype) []const u8 {
        return std.fmt.bufPrint(buffer, format, arguments) catch unreachable;
    }
};

test "reasons" {
    const exit: ExitRecord = .{ .exit_code = 3, .signal = null, .oom_killed = false, .ended_ms = 7 };
    const kill: ExitRecord = .{ .exit_code = null, .signal = 9, .oom_killed = false, .ended_ms = 7 };
    const crash: ExitRecord = .{ .exit_code = null, .signal = 11, .oom_killed = false, .ended_ms = 7 };
    const odd: ExitRecord = .{ .exit_code = null, .signal = 64, .oom_killed = false, .ended_ms = 7 };
    const rows = [_]struct { status: u32, record: ?ExitRecord, oom: bool, reason: []const u8 }{
        .{ .status = 0x0300, .record = exit, .oom = false, .reason = "exit status 3" },
        .{ .status = 0x0300, .record = null, .oom = false, .reason = "exit status 3" },
        .{ .status = 0x8900, .record = kill, .oom = false, .reason = "SIGKILL" },
        .{ .status = 0x8900, .record = kill, .oom = true, .reason = "SIGKILL, out of memory" },
        .{ .status = 0x8b00, .record = crash, .oom = false, .reason = "SIGSEGV" },
        .{ .status = 0x8b00, .record = crash, .oom = true, .reason = "SIGSEGV, after an out-of-memory kill" },
        .{ .status = 0x0300, .record = exit, .oom = true, .reason = "exit status 3, after an out-of-memory kill" },
        .{ .status = 0xc000, .record = odd, .oom = false, .reason = "signal 64" },
        .{ .status = 9, .record = null, .oom = false, .reason = "its init was killed" },
        .{ .status = 9, .record = null, .oom = true, .reason = "killed together with its init, out of memory" },
    };
    for (rows) |row| {
        var buffer: [Ending.reason_max]u8 = undefined;
        const ending: Ending = .{ .status = row.status, .record = row.record, .out_of_memory = row.oom };
        try std.testing.expectEqualStrings(row.reason, ending.reason(&buffer));
    }
}
