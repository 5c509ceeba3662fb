//! Descriptors that outlive a call: moved out of the way of the fixed numbers of the init and the
//! supervisor, always close-on-exec.

const std = @import("std");
const linux = @import("linux.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Below this, launch and supervise place descriptors themselves.
pub const first_free = 16;

/// Consumes `fd`; the same file at a number that nothing else claims.
pub fn raise(report: *Report, fd: linux.fd_t) Failed!linux.fd_t {
    defer _ = linux.close(fd);
    return duplicate(report, fd);
}

/// The same file once more, at a number that nothing else claims.
pub fn duplicate(report: *Report, fd: linux.fd_t) Failed!linux.fd_t {
    const rc = linux.fcntl(fd, linux.F_DUPFD_CLOEXEC, first_free);
    var buffer: [1024]u8 = undefined;
    return report.checkInt(.dup, if (linux.errno(rc) == .SUCCESS) "" else nameOf(fd, &buffer), rc);
}

pub const name_max = 4096;

/// What the kernel calls an open file: its path, as far as it has one (proc_pid_fd(5)).
pub fn nameOf(fd: linux.fd_t, buffer: []u8) []const u8 {
    var link: [32]u8 = undefined;
    const path = std.fmt.bufPrintZ(&link, "/proc/self/fd/{d}", .{fd}) catch unreachable;
    const rc = linux.readlinkat(linux.AT.FDCWD, path, buffer.ptr, buffer.len);
    return if (linux.errno(rc) == .SUCCESS) buffer[0..rc] else "";
}

/// Reading and writing end, both raised.
pub fn pipe(report: *Report) Failed![2]linux.fd_t {
    var ends: [2]linux.fd_t = undefined;
    _ = try report.check(.pipe, "", linux.pipe2(&ends));
    errdefer _ = linux.close(ends[1]);
    const reading = try raise(report, ends[0]);
    errdefer _ = linux.close(reading);
    return .{ reading, try raise(report, ends[1]) };
}

/// A memfd that holds `content` and that nobody can change any more. With `executable` it can be
/// run with execveat(2) but not read by other users, so that the kernel keeps such a process not
/// dumpable from its first instruction (would_dump() in fs/exec.c).
pub fn sealed(report: *Report, name: [:0]const u8, content: []const u8, executable: bool) Failed!linux.fd_t {
    const fd = try create(report, name, executable);
    errdefer _ = linux.close(fd);
    var done: usize = 0;
    while (done < content.len) {
        const rest = content[done..];
        done += try report.check(.@"write memfd", name, linux.write(fd, rest.ptr, rest.len));
    }
    _ = try report.check(.@"chmod memfd", name, linux.fchmod(fd, if (executable) 0o111 else 0o400));
    const seals = linux.F_SEAL_SEAL | linux.F_SEAL_SHRINK | linux.F_SEAL_GROW | linux.F_SEAL_WRITE;
    _ = try report.check(.@"seal memfd", name, linux.fcntl(fd, linux.F_ADD_SEALS, seals));
    return raise(report, fd);
}

fn create(report: *Report, name: [:0]const u8, executable: bool) Failed!linux.fd_t {
    const flags: u32 = linux.MFD_CLOEXEC | linux.MFD_ALLOW_SEALING;
    if (executable) {
        const rc = linux.memfd_create(name, flags | linux.MFD_EXEC);
        if (linux.errno(rc) != .INVAL) return report.checkInt(.memfd_create, name, rc);
    }
    return report.checkInt(.memfd_create, name, linux.memfd_create(name, flags));
}
