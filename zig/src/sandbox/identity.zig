//! From root to the job's user: no supplementary groups, then gid, then uid (credentials(7)).

const linux = @import("../kernel/linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

pub fn become(report: *Report, uid: u32, gid: u32) Failed!void {
    _ = try report.check(.setgroups, "", linux.setgroups(0, undefined));
    _ = try report.check(.setresgid, "", linux.setresgid(gid, gid, gid));
    _ = try report.check(.setresuid, "", linux.setresuid(uid, uid, uid));
}
