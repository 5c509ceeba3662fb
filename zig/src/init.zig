//! bpm-init: the first process of a sandbox, and the parent of the job's main process.
//!
//! It starts the job's executable, passes on every signal that it is sent, reaps everything that
//! ends, and tells how the main process ended. It runs as the job's user behind the job's seccomp
//! filter, so it makes only system calls that the filter allows, and it knows nothing of bpm.yml.
//!
//! It must be linked with a small stack size: the start code raises RLIMIT_STACK to the one noted
//! in the executable, and the job would inherit that.

const std = @import("std");
const handoff = @import("documents/handoff.zig");
const linux = @import("kernel/linux.zig");
const oom = @import("cgroup/oom.zig");
const signals = @import("kernel/signals.zig");
const wait = @import("kernel/wait.zig");
const descendants = @import("kernel/descendants.zig");
const execute = @import("exec/execute.zig").execute;
const Ending = @import("init/ending.zig").Ending;
const Message = @import("init/message.zig").Message;
const Parent = @import("init/parent.zig").Parent;
const Report = @import("documents/report.zig").Report;
const Failed = @import("documents/report.zig").Failed;

pub const panic = @import("kernel/panic.zig").panic;

/// No handlers: signals are waited for, and the job must find default dispositions.
pub const std_options: std.Options = .{ .enable_segfault_handler = false, .keep_sigpipe = true };

/// As shells have it: there is such a file but it cannot be executed, there is none.
const exit_not_executable = 126;
const exit_not_found = 127;

pub fn main() noreturn {
    var report: Report = .{};
    const code = run(&report) catch giveUp(&report);
    linux.exit_group(code);
}

fn run(report: *Report) Failed!u8 {
    try shield(report);
    sayBegun();
    const message = try Message.receive(report);
    const header = message.header;
    if (header.subreaper != 0) try adoptOrphans(report);
    const parent = try Parent.tie(report, header);
    const ooms_before = if (header.has_oom_events != 0) oom.count(handoff.fd.oom_events) else null;

    const child = try start(report, message);
    closeStatus();
    message.release();

    const status = watch(child, parent);
    const ending = Ending.now(status, oom.grew(handoff.fd.oom_events, ooms_before));
    if (header.has_exit_record != 0) ending.write();
    if (header.subreaper != 0) descendants.end();
    if (header.has_pidfile != 0) _ = linux.ftruncate(handoff.fd.pidfile, 0);
    return ending.exitCode();
}

/// Not to be traced, read through /proc or interrupted, and nothing of it is to reach the job.
fn shield(report: *Report) Failed!void {
    _ = try report.check(.prctl, "PR_SET_DUMPABLE", linux.prctl(linux.PR_SET_DUMPABLE, 0, 0));
    _ = signals.blockAll();
    const name = @intFromPtr("bpm-init");
    _ = try report.check(.prctl, "PR_SET_NAME", linux.prctl(linux.PR_SET_NAME, name, 0));
    var fd: linux.fd_t = handoff.fd.status;
    // Those that the header calls absent answer EBADF.
    while (fd < handoff.fd.first_unused) : (fd += 1) {
        _ = linux.fcntl(fd, linux.F_SETFD, linux.FD_CLOEXEC);
    }
}

fn sayBegun() void {
    _ = linux.write(handoff.fd.status, &[_]u8{handoff.begun}, 1);
}

fn adoptOrphans(report: *Report) Failed!void {
    const rc = linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1, 0);
    _ = try report.check(.prctl, "PR_SET_CHILD_SUBREAPER", rc);
}

fn start(report: *Report, message: Message) Failed!linux.pid_t {
    const child = try report.checkInt(.fork, message.command.executable(), linux.fork());
    if (child != 0) return child;
    becomeMainProcess(report, message) catch giveUp(report);
}

/// Scripts signal the main process's group, so it leads one. A signal that was passed on before
/// this point is pending, and arrives when the mask is lifted.
fn becomeMainProcess(report: *Report, message: Message) Failed!noreturn {
    _ = try report.check(.setpgid, message.command.executable(), linux.setpgid(0, 0));
    signals.unblockAll();
    return execute(report, message.command);
}

/// With the child's copy close-on-exec, bpm reads end-of-file once the job runs.
fn closeStatus() void {
    _ = linux.close(handoff.fd.status);
}

/// Passes on signals and reaps until the main process has ended; returns its wait status.
fn watch(child: linux.pid_t, parent: Parent) u32 {
    while (true) {
        const rc = linux.sigtimedwait(~@as(linux.sigset, 0), null, null);
        if (linux.errno(rc) != .SUCCESS) continue; // EINTR: stopped and continued
        const signal = linux.asInt(rc);
        if (signal == linux.SIGCHLD) {
            if (wait.reap(child).main) |status| return status;
            continue;
        }
        // The child is not reaped, so the number is its own. A job that has changed its user id
        // and lets nobody signal it any more (EPERM) has chosen so.
        _ = linux.kill(child, if (parent.endedWith(signal)) linux.SIGKILL else signal);
    }
}

/// Tells bpm what failed, if it still listens.
fn giveUp(report: *const Report) noreturn {
    _ = signals.blockAll(); // SIGPIPE must not change the exit status
    const bytes = report.bytes();
    _ = linux.write(handoff.fd.status, bytes.ptr, bytes.len);
    const missing = report.errno == @intFromEnum(linux.E.NOENT);
    linux.exit_group(if (missing) exit_not_found else exit_not_executable);
}

test {
    _ = descendants;
    _ = oom;
    _ = @import("init/ending.zig");
    _ = @import("init/message.zig");
    _ = @import("kernel/panic.zig");
}
