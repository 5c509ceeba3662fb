//! From a process with everything to one of the job's: the last steps before an exec, the same for
//! the first process of a sandbox and for one that joins it later.

const std = @import("std");
const caller = @import("caller.zig");
const capabilities = @import("capabilities.zig");
const identity = @import("identity.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const rlimits = @import("rlimits.zig");
const seccomp = @import("seccomp.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Leaves nothing of whoever called bpm: what caller.zig has, session and terminal, keys.
pub fn leaveCaller(report: *Report) Failed!void {
    caller.forget();
    _ = try report.check(.setsid, "", linux.setsid());
    try newSessionKeyring(report);
}

/// Keys of root's session stay out of the job's reach (keyrings(7)); a kernel without keys has none.
fn newSessionKeyring(report: *Report) Failed!void {
    const rc = linux.joinSessionKeyring();
    if (linux.errno(rc) == .NOSYS) return;
    _ = try report.check(.@"join session keyring", "", rc);
}

/// In the sandbox already. What fails halfway must not go on: the process is neither root's nor
/// the job's then.
pub fn confine(report: *Report, to: plan.Confinement) Failed!void {
    try rlimits.apply(report, to.rlimits);
    _ = linux.umask(0o022);
    const entered = linux.errno(linux.chdir(to.workdir.z)) == .SUCCESS;
    try dropPrivileges(report, to);
    // A directory that root may not enter (a network file system) may be open to the job's user.
    if (!entered) _ = try report.check(.chdir, to.workdir.z, linux.chdir(to.workdir.z));
    try verifyWorkdir(report);
    if (to.no_new_privileges) {
        const rc = linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, 0);
        _ = try report.check(.@"set no_new_privs", "", rc);
    }
    // Changing the user has cleared it (prctl(2), PR_SET_PDEATHSIG).
    _ = linux.prctl(linux.PR_SET_PDEATHSIG, linux.SIGKILL, 0);
    if (to.seccomp) _ = try report.check(.seccomp, "", seccomp.install());
}

/// From root with everything to the job's user with exactly the listed capabilities.
fn dropPrivileges(report: *Report, to: plan.Confinement) Failed!void {
    var wanted: capabilities.Mask = 0;
    for (to.capabilities) |number| wanted |= @as(capabilities.Mask, 1) << number;
    const dropped = capabilities.dropBounding(wanted, capabilities.last());
    _ = try report.check(.@"drop bounding set", "", dropped);
    _ = try report.check(.@"keep capabilities", "", capabilities.keepPermitted());
    try identity.become(report, to.uid, to.gid);
    // The kernel does so itself unless fs.suid_dumpable says otherwise (proc_sys_fs(5)); what runs
    // as the same user must not be able to trace this process while it is still bpm's.
    _ = linux.prctl(linux.PR_SET_DUMPABLE, 0, 0);
    _ = try report.check(.@"set capabilities", "", capabilities.set(wanted));
    _ = try report.check(.@"raise ambient set", "", capabilities.raiseAmbient(wanted));
}

/// A working directory outside of the new root would be a way out (CVE-2024-21626): getcwd(2)
/// then says "(unreachable)".
fn verifyWorkdir(report: *Report) Failed!void {
    var buffer: [4096]u8 = undefined;
    _ = try report.check(.getcwd, "", linux.getcwd(&buffer, buffer.len));
    if (buffer[0] != '/') return report.fail(.@"verify working directory", "", .XDEV);
}
