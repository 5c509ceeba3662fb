//! The way into a sandbox that runs: its namespaces through its init, its cgroups through their
//! files. All of it is opened while the host's file system is still the one in view.

const std = @import("std");
const cgroup = @import("../cgroup/cgroup.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const process = @import("../kernel/process.zig");
const Request = @import("request.zig").Request;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// More hierarchies than there are controllers.
const leaves_max = 32;

pub const Door = struct {
    init: linux.fd_t,
    /// This program's own mount namespace, to come back to.
    outside: linux.fd_t,
    namespaces: u32,
    /// v2, for CLONE_INTO_CGROUP; -1: none.
    unified: linux.fd_t = -1,
    entrances: [leaves_max]Entrance = undefined,
    entrance_count: usize = 0,

    const Entrance = struct { fd: linux.fd_t, directory: [:0]const u8 };

    pub fn open(report: *Report, request: Request) Failed!Door {
        const found = try process.open(report, request.pid, request.start_time.z);
        const init = found orelse return report.fail(.enter, request.name.z, .SRCH);
        const path = "/proc/self/ns/mnt";
        const own = linux.openat(linux.AT.FDCWD, path, .{ .CLOEXEC = true }, 0);
        var door: Door = .{
            .init = init,
            .outside = try report.checkInt(.open, path, own),
            .namespaces = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS,
        };
        if (!request.host_pid_namespace) door.namespaces |= linux.CLONE_NEWPID;
        for (request.cgroups) |leaf| try door.add(report, leaf);
        return door;
    }

    fn add(self: *Door, report: *Report, leaf: plan.CgroupRef) Failed!void {
        const directory = leaf.directory.z;
        if (leaf.version == 2) {
            self.unified = try cgroup.openDirectory(report, directory);
            return;
        }
        if (self.entrance_count == leaves_max) return report.fail(.@"open cgroup", directory, .@"2BIG");
        const fd = try cgroup.openEntrance(report, directory);
        self.entrances[self.entrance_count] = .{ .fd = fd, .directory = directory };
        self.entrance_count += 1;
    }

    /// From here on "/" is the sandbox's, and what is cloned is one of its processes.
    pub fn enter(self: *const Door, report: *Report, name: []const u8) Failed!void {
        _ = try report.check(.enter, name, linux.setns(self.init, self.namespaces));
    }

    /// Back to the host's file system: nothing of bpm's keeps the sandbox's mounts.
    pub fn leave(self: *const Door, report: *Report) Failed!void {
        const rc = linux.setns(self.outside, linux.CLONE_NEWNS);
        _ = try report.check(.leave, "the sandbox's mounts", rc);
    }

    /// For the child, which has one thread.
    pub fn joinCgroups(self: *const Door, report: *Report) Failed!void {
        for (self.entrances[0..self.entrance_count]) |entrance| {
            try cgroup.enter(report, entrance.directory, entrance.fd);
        }
    }
};
