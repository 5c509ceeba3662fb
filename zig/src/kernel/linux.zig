//! Every system call that bpm makes, and nothing else.
//!
//! Each wrapper returns the kernel's raw value: a result, or a negated errno that `errno` decodes
//! and `report.Report.check` turns into an error that says what was being done. The standard
//! library's wrappers are passed on where they are right; the rest is here because they lack it
//! (clone3, the mount API, openat2) or have it wrong (capset, sigaction beyond signal 63).
//!
//! The structures are the kernel's, from include/uapi/linux; their sizes are checked at comptime.

const std = @import("std");
const linux = std.os.linux;

pub const SYS = linux.SYS;
pub const E = linux.E;
pub const fd_t = i32;
pub const pid_t = i32;
pub const AT = linux.AT;
pub const O = linux.O;
pub const S = linux.S;
pub const Stat = linux.Stat;
pub const W = linux.W;
pub const DT = linux.DT;
pub const dirent64 = linux.dirent64;
pub const Statx = linux.Statx;
pub const Access = std.posix.ACCMODE;
pub const timespec = linux.timespec;
pub const pollfd = linux.pollfd;
pub const POLL = linux.POLL;

pub fn errno(rc: usize) E {
    return E.init(rc);
}

/// The value of a call that succeeded, as a descriptor or a process id.
pub fn asInt(rc: usize) i32 {
    return @intCast(rc);
}

fn arg(fd: i32) usize {
    return @bitCast(@as(isize, fd));
}

// --- descriptors and files -------------------------------------------------------------------

pub const read = linux.read;
pub const pread = linux.pread;
pub const write = linux.write;
pub const pwrite = linux.pwrite;
pub const close = linux.close;
pub const dup3 = linux.dup3;
pub const openat = linux.openat;
pub const fstat = linux.fstat;
pub const fchown = linux.fchown;
pub const fchmod = linux.fchmod;
pub const ftruncate = linux.ftruncate;
pub const mkdirat = linux.mkdirat;
pub const mknodat = linux.mknodat;
pub const symlinkat = linux.symlinkat;
pub const readlinkat = linux.readlinkat;
pub const uid_t = linux.uid_t;
pub const W_OK = linux.W_OK;

pub fn faccessat2(dir: fd_t, path: [*:0]const u8, mode: u32, flags: u32) usize {
    return linux.syscall4(.faccessat2, arg(dir), @intFromPtr(path), mode, flags);
}
pub const unlinkat = linux.unlinkat;
pub const fstatat = linux.fstatat;
pub const renameat = linux.renameat;
pub const linkat = linux.linkat;
pub const flock = linux.flock;
pub const poll = linux.poll;

/// How many bytes a pipe holds.
pub fn bytesInPipe(fd: fd_t, count: *i32) usize {
    return linux.ioctl(fd, linux.T.FIONREAD, @intFromPtr(count));
}

/// The type of the file system that an open file is on, as statfs(2) numbers them; 0: unknown.
pub fn fileSystemType(fd: fd_t) isize {
    // The kernel's struct statfs begins with f_type; it is shorter than this everywhere.
    var status = [_]isize{0} ** 32;
    const rc = linux.syscall2(.fstatfs, arg(fd), @intFromPtr(&status));
    return if (errno(rc) == .SUCCESS) status[0] else 0;
}
pub const DEVPTS_SUPER_MAGIC = 0x1cd1;

pub const memfd_create = linux.memfd_create;
pub const getdents64 = linux.getdents64;
pub const fcntl = linux.fcntl;
pub const lseek = linux.lseek;
pub const mmap = linux.mmap;

/// Private zeroed memory that nobody can use yet.
pub fn reserve(size: usize) usize {
    const flags: linux.MAP = .{ .TYPE = .PRIVATE, .ANONYMOUS = true, .NORESERVE = true };
    return linux.mmap(null, size, linux.PROT.NONE, flags, -1, 0);
}

/// Takes up nothing until it is touched.
pub fn makeWritable(address: usize, size: usize) usize {
    return linux.mprotect(@ptrFromInt(address), size, linux.PROT.READ | linux.PROT.WRITE);
}
pub const munmap = linux.munmap;
pub const MADV_DONTFORK = 10;
pub const MADV_DOFORK = 11;

pub fn madvise(address: usize, length: usize, advice: u32) usize {
    return linux.syscall3(.madvise, address, length, advice);
}
pub const PROT = linux.PROT;
pub const MAP = linux.MAP;
pub const access = linux.access;
pub const F_OK = 0;

pub const statx = linux.statx;
pub const STATX_MNT_ID = 0x1000;

/// stx_mnt_id of statx(2), which the standard library does not name.
pub fn mountId(stat: *const Statx) u64 {
    return stat.__pad2[0];
}

pub fn fchownat(dir: fd_t, path: [*:0]const u8, uid: u32, gid: u32, flags: u32) usize {
    return linux.syscall5(.fchownat, arg(dir), @intFromPtr(path), uid, gid, flags);
}

pub const F_SETFD = 2;
pub const F_SETFL = 4;
pub const FD_CLOEXEC = 1;
pub const STATX_ATTR_MOUNT_ROOT = 0x2000;
pub const LOCK_EX = 2;
pub const LOCK_NB = 4;

pub const F_DUPFD_CLOEXEC = 1030;
pub const F_ADD_SEALS = 1033;
pub const F_SEAL_SEAL = 0x1;
pub const F_SEAL_SHRINK = 0x2;
pub const F_SEAL_GROW = 0x4;
pub const F_SEAL_WRITE = 0x8;
pub const MFD_CLOEXEC = 0x1;
pub const MFD_ALLOW_SEALING = 0x2;
/// Since Linux 6.3; older kernels answer EINVAL and need no such flag (memfd_create(2)).
pub const MFD_EXEC = 0x10;

pub fn pipe2(fds: *[2]fd_t) usize {
    return linux.pipe2(fds, .{ .CLOEXEC = true });
}

pub const open_how = extern struct {
    flags: u64,
    mode: u64 = 0,
    resolve: u64 = 0,
};
pub const RESOLVE_NO_SYMLINKS = 0x04;

pub fn openat2(dir: fd_t, path: [*:0]const u8, how: *const open_how) usize {
    return linux.syscall4(.openat2, arg(dir), @intFromPtr(path), @intFromPtr(how), @sizeOf(open_how));
}

pub const CLOSE_RANGE_CLOEXEC = 4;

pub fn close_range(first: u32, last: u32, flags: u32) usize {
    return linux.syscall3(.close_range, first, last, flags);
}

// --- terminals -------------------------------------------------------------------------------

/// The kernel's struct termios, which is shorter than that of a C library: asm-generic/termbits.h.
pub const termios = extern struct {
    iflag: u32,
    oflag: u32,
    cflag: u32,
    lflag: u32,
    line: u8,
    cc: [19]u8,
};
pub const winsize = extern struct { rows: u16, columns: u16, width: u16, height: u16 };

pub fn tcgetattr(terminal: fd_t, attributes: *termios) usize {
    return linux.ioctl(terminal, linux.T.CGETS, @intFromPtr(attributes));
}

/// Which process group has the terminal; ENOTTY: the terminal is not that of this session.
pub fn foregroundOf(terminal: fd_t, group: *pid_t) usize {
    return linux.tcgetpgrp(terminal, group);
}

/// After what was written is out, as TCSADRAIN says.
pub fn tcsetattr(terminal: fd_t, attributes: *const termios) usize {
    return linux.ioctl(terminal, linux.T.CSETSW, @intFromPtr(attributes));
}

pub fn windowSize(terminal: fd_t, size: *winsize) usize {
    return linux.ioctl(terminal, linux.T.IOCGWINSZ, @intFromPtr(size));
}

pub fn setWindowSize(terminal: fd_t, size: *const winsize) usize {
    return linux.ioctl(terminal, linux.T.IOCSWINSZ, @intFromPtr(size));
}

/// Makes it the controlling terminal of the caller's session, which must have none.
pub fn setControllingTerminal(terminal: fd_t) usize {
    return linux.ioctl(terminal, linux.T.IOCSCTTY, 0);
}

pub fn unlockPseudoTerminal(master: fd_t) usize {
    const unlocked: i32 = 0;
    return linux.ioctl(master, linux.T.IOCSPTLCK, @intFromPtr(&unlocked));
}

/// Opens the other end without going through a path (ioctl_tty(2)).
pub fn openPeer(master: fd_t) usize {
    const flags: O = .{ .ACCMODE = .RDWR, .NOCTTY = true, .CLOEXEC = true };
    const TIOCGPTPEER = 0x5441;
    return linux.ioctl(master, TIOCGPTPEER, @as(u32, @bitCast(flags)));
}

// --- sockets ---------------------------------------------------------------------------------

pub fn unixSocket() usize {
    return linux.socket(linux.AF.UNIX, linux.SOCK.STREAM | linux.SOCK.CLOEXEC, 0);
}

pub fn connectUnix(socket: fd_t, path: []const u8) usize {
    var address: linux.sockaddr.un = .{ .path = [_]u8{0} ** 108 };
    if (path.len >= address.path.len) return @bitCast(-@as(isize, @intFromEnum(E.NAMETOOLONG)));
    @memcpy(address.path[0..path.len], path);
    return linux.connect(socket, &address, @sizeOf(linux.sockaddr.un));
}

/// For connecting, sending and receiving, each of which then fails with EAGAIN (socket(7)).
pub fn setSocketTimeout(socket: fd_t, seconds: isize) usize {
    const time: linux.timeval = .{ .sec = seconds, .usec = 0 };
    const bytes = std.mem.asBytes(&time);
    const SOL = linux.SOL.SOCKET;
    const rc = linux.setsockopt(socket, SOL, linux.SO.RCVTIMEO, bytes, bytes.len);
    if (errno(rc) != .SUCCESS) return rc;
    return linux.setsockopt(socket, SOL, linux.SO.SNDTIMEO, bytes, bytes.len);
}

/// The process that listens at the other end, 0 for one of another PID namespace (unix(7)).
pub fn socketPeer(socket: fd_t) pid_t {
    const ucred = extern struct { pid: pid_t, uid: u32, gid: u32 };
    var peer: ucred = undefined;
    var len: u32 = @sizeOf(ucred);
    const rc = linux.getsockopt(socket, linux.SOL.SOCKET, linux.SO.PEERCRED, @ptrCast(&peer), &len);
    return if (errno(rc) == .SUCCESS) peer.pid else 0;
}

/// write(2) without SIGPIPE where the other end is gone.
pub fn sendWithoutSignal(socket: fd_t, bytes: []const u8) usize {
    return linux.sendto(socket, bytes.ptr, bytes.len, linux.MSG.NOSIGNAL, null, 0);
}

// --- BPF -------------------------------------------------------------------------------------

pub const BPF = linux.BPF;

/// Loads a program that decides on the use of devices. Returns its descriptor.
pub fn loadDeviceProgram(program: []const BPF.Insn) usize {
    var attributes = std.mem.zeroes(BPF.Attr);
    attributes.prog_load.prog_type = @intFromEnum(BPF.ProgType.cgroup_device);
    attributes.prog_load.insn_cnt = @intCast(program.len);
    attributes.prog_load.insns = @intFromPtr(program.ptr);
    attributes.prog_load.license = @intFromPtr("Apache-2.0");
    return linux.bpf(.prog_load, &attributes, @sizeOf(BPF.ProgLoadAttr));
}

/// Beside those that are attached there already: all of them have to agree (bpf(2)).
pub fn attachDeviceProgram(cgroup: fd_t, program: fd_t) usize {
    const BPF_F_ALLOW_MULTI = 2;
    var attributes = std.mem.zeroes(BPF.Attr);
    attributes.prog_attach.target_fd = cgroup;
    attributes.prog_attach.attach_bpf_fd = program;
    attributes.prog_attach.attach_type = @intFromEnum(BPF.AttachType.cgroup_device);
    attributes.prog_attach.attach_flags = BPF_F_ALLOW_MULTI;
    return linux.bpf(.prog_attach, &attributes, @sizeOf(BPF.ProgAttachAttr));
}

// --- processes -------------------------------------------------------------------------------

pub const getpid = linux.getpid;

/// The caller's own process group.
pub fn getpgrp() pid_t {
    return asInt(linux.syscall1(.getpgid, 0));
}
pub const getppid = linux.getppid;
pub const fork = linux.fork;
pub const kill = linux.kill;
pub const wait4 = linux.wait4;
pub const pidfd_open = linux.pidfd_open;
pub const execve = linux.execve;
pub const chdir = linux.chdir;
pub const getcwd = linux.getcwd;
pub const fchdir = linux.fchdir;
pub const exit_group = linux.exit_group;
pub const setgroups = linux.setgroups;
pub const setresuid = linux.setresuid;
pub const setresgid = linux.setresgid;
pub const setpgid = linux.setpgid;
pub const clockid = linux.clockid_t;

/// The system call itself: the vdso's is looked up with getauxval(3), which a library without a
/// libc does not have.
pub fn clock_gettime(clock: clockid, time: *timespec) usize {
    return linux.syscall2(.clock_gettime, @intFromEnum(clock), @intFromPtr(time));
}
pub const nanosleep = linux.nanosleep;

pub const CLONE_NEWNS = 0x00020000;
pub const CLONE_NEWUTS = 0x04000000;
pub const CLONE_NEWIPC = 0x08000000;
pub const CLONE_NEWPID = 0x20000000;
pub const CLONE_PIDFD = 0x00001000;
pub const CLONE_CLEAR_SIGHAND = 0x100000000;
pub const CLONE_INTO_CGROUP = 0x200000000;

pub const clone_args = extern struct {
    flags: u64,
    pidfd: u64 = 0,
    child_tid: u64 = 0,
    parent_tid: u64 = 0,
    exit_signal: u64,
    stack: u64 = 0,
    stack_size: u64 = 0,
    tls: u64 = 0,
    set_tid: u64 = 0,
    set_tid_size: u64 = 0,
    cgroup: u64 = 0,
};

/// Without CLONE_VM and without a stack this is fork(2): nothing is shared with the child.
pub fn clone3(args: *const clone_args) usize {
    return linux.syscall2(.clone3, @intFromPtr(args), @sizeOf(clone_args));
}

/// Enters namespaces of the process; that for PIDs only for what is started from then on.
pub fn setns(pidfd: fd_t, flags: u32) usize {
    return linux.syscall2(.setns, arg(pidfd), flags);
}

pub fn setsid() usize {
    return linux.syscall0(.setsid);
}

pub fn umask(mask: u32) usize {
    return linux.syscall1(.umask, mask);
}

pub fn execveat(
    dir: fd_t,
    path: [*:0]const u8,
    argv: [*:null]const ?[*:0]const u8,
    envp: [*:null]const ?[*:0]const u8,
    flags: u32,
) usize {
    return linux.syscall5(
        .execveat,
        arg(dir),
        @intFromPtr(path),
        @intFromPtr(argv),
        @intFromPtr(envp),
        flags,
    );
}

pub fn pidfd_send_signal(pidfd: fd_t, signal: u32) usize {
    return linux.syscall4(.pidfd_send_signal, arg(pidfd), signal, 0, 0);
}

pub const rlimit = extern struct { soft: u64, hard: u64 };
pub const RLIM_INFINITY: u64 = std.math.maxInt(u64);

/// The older call, which on 64-bit machines is as good as prlimit64.
pub fn getrlimit(resource: u32, limit: *rlimit) usize {
    return linux.syscall2(.getrlimit, resource, @intFromPtr(limit));
}

pub fn setrlimit(resource: u32, limit: *const rlimit) usize {
    return linux.syscall4(.prlimit64, 0, resource, @intFromPtr(limit), 0);
}

// --- what a process inherits of its parent's standing ------------------------------------------

pub const PER_LINUX = 0;
pub const SCHED_OTHER = 0;

pub fn personality(persona: usize) usize {
    return linux.syscall1(.personality, persona);
}

/// All that the cpuset of the calling process has.
pub fn useAllProcessors() usize {
    // As many bits as any kernel has processors (NR_CPUS).
    const all = [_]u64{~@as(u64, 0)} ** 128;
    return linux.syscall3(.sched_setaffinity, 0, @sizeOf(@TypeOf(all)), @intFromPtr(&all));
}

/// A policy without a priority of its own.
pub fn setScheduler(policy: usize) usize {
    const priority: i32 = 0;
    return linux.syscall3(.sched_setscheduler, 0, policy, @intFromPtr(&priority));
}

pub fn setNice(nice: usize) usize {
    const PRIO_PROCESS = 0;
    return linux.syscall3(.setpriority, PRIO_PROCESS, 0, nice);
}

pub fn setIoPriority(priority: usize) usize {
    const IOPRIO_WHO_PROCESS = 1;
    return linux.syscall3(.ioprio_set, IOPRIO_WHO_PROCESS, 0, priority);
}

pub fn useDefaultMemoryPolicy() usize {
    const MPOL_DEFAULT = 0;
    return linux.syscall3(.set_mempolicy, MPOL_DEFAULT, 0, 0);
}

pub const PR_SET_PDEATHSIG = 1;
pub const PR_SET_DUMPABLE = 4;
pub const PR_SET_KEEPCAPS = 8;
pub const PR_SET_NAME = 15;
pub const PR_CAPBSET_READ = 23;
pub const PR_CAPBSET_DROP = 24;
pub const PR_SET_SECUREBITS = 28;
pub const PR_SET_TIMERSLACK = 29;
pub const PR_SET_CHILD_SUBREAPER = 36;
pub const PR_SET_NO_NEW_PRIVS = 38;
pub const PR_SET_THP_DISABLE = 41;
pub const PR_CAP_AMBIENT = 47;
pub const PR_CAP_AMBIENT_RAISE = 2;
pub const PR_CAP_AMBIENT_CLEAR_ALL = 4;

pub fn prctl(option: i32, a: usize, b: usize) usize {
    return linux.prctl(option, a, b, 0, 0);
}

/// capset(2), version 3: two data structures, the low and the high 32 capabilities.
pub const cap_header = extern struct { version: u32 = 0x20080522, pid: i32 = 0 };
pub const cap_data = extern struct { effective: u32, permitted: u32, inheritable: u32 };

pub fn capset(header: *const cap_header, data: *const [2]cap_data) usize {
    return linux.syscall2(.capset, @intFromPtr(header), @intFromPtr(data));
}

/// linux/filter.h and linux/seccomp.h.
pub const SockFilter = extern struct { code: u16, jt: u8, jf: u8, k: u32 };
pub const SockFprog = extern struct { len: u16, filter: [*]const SockFilter };

/// Fails with EACCES unless no_new_privs is set or CAP_SYS_ADMIN is held (seccomp(2)).
/// Without SPEC_ALLOW, kernels before 5.16 also stop loads from being speculated past stores,
/// which can halve the speed of an interpreter and guards a process only against itself.
pub fn seccompSetModeFilter(program: *const SockFprog) usize {
    const SECCOMP_SET_MODE_FILTER = 1;
    const flags = linux.SECCOMP.FILTER_FLAG.SPEC_ALLOW;
    return linux.syscall3(.seccomp, SECCOMP_SET_MODE_FILTER, flags, @intFromPtr(program));
}

/// Joins a new, anonymous session keyring (keyctl(2)).
pub fn joinSessionKeyring() usize {
    const KEYCTL_JOIN_SESSION_KEYRING = 1;
    return linux.syscall2(.keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
}

// --- signals ---------------------------------------------------------------------------------

/// Bit N-1 is signal N; the kernel's set has 64 bits on every architecture that we build for.
pub const sigset = u64;
pub const SIG_SETMASK = 2;
pub const signal_max = 64;
pub const SIGHUP = 1;
pub const SIGINT = 2;
pub const SIGQUIT = 3;
pub const SIGKILL = 9;
pub const SIGTERM = 15;
pub const SIGCHLD = 17;
pub const SIGCONT = 18;
pub const SIGSTOP = 19;
pub const SIGTSTP = 20;
pub const SIGTTIN = 21;
pub const SIGWINCH = 28;
pub const SIGPWR = 30;

pub fn sigprocmask(how: u32, set: sigset) usize {
    return linux.syscall4(.rt_sigprocmask, how, @intFromPtr(&set), 0, @sizeOf(sigset));
}

pub fn sigprocmaskSwap(how: u32, set: sigset, before: *sigset) usize {
    const size = @sizeOf(sigset);
    return linux.syscall4(.rt_sigprocmask, how, @intFromPtr(&set), @intFromPtr(before), size);
}

/// Sets a signal's disposition to the default. KILL, STOP answer EINVAL, which is no failure.
pub fn resetSignal(signal: u32) usize {
    // The kernel's struct sigaction: handler, flags, restorer, mask; all zero is SIG_DFL.
    const default = [_]u64{0} ** 4;
    return linux.syscall4(.rt_sigaction, signal, @intFromPtr(&default), 0, @sizeOf(sigset));
}

pub const siginfo = linux.siginfo_t;
pub const signalfd_siginfo = linux.signalfd_siginfo;
/// si_code of a signal that the kernel sent of its own accord, such as a terminal's.
pub const SI_KERNEL = 0x80;

/// Waits for one of the set's signals; returns its number. `timeout` null waits forever.
pub fn sigtimedwait(set: sigset, info: ?*siginfo, timeout: ?*const timespec) usize {
    return linux.syscall4(
        .rt_sigtimedwait,
        @intFromPtr(&set),
        @intFromPtr(info),
        @intFromPtr(timeout),
        @sizeOf(sigset),
    );
}

pub fn signalfd(set: sigset) usize {
    return linux.syscall4(
        .signalfd4,
        arg(-1),
        @intFromPtr(&set),
        @sizeOf(sigset),
        @as(u32, @bitCast(O{ .CLOEXEC = true, .NONBLOCK = true })),
    );
}

// --- mounts ----------------------------------------------------------------------------------

pub const OPEN_TREE_CLONE = 1;
pub const AT_RECURSIVE = 0x8000;
pub const AT_EMPTY_PATH = 0x1000;
pub const OPEN_TREE_CLOEXEC: u32 = @bitCast(O{ .CLOEXEC = true });
pub const MOVE_MOUNT_F_EMPTY_PATH = 0x4;
pub const MOVE_MOUNT_T_EMPTY_PATH = 0x40;
pub const MOVE_MOUNT_SET_GROUP = 0x100; // since Linux 5.15
pub const FSOPEN_CLOEXEC = 1;
pub const FSMOUNT_CLOEXEC = 1;
pub const FSCONFIG_SET_FLAG = 0;
pub const FSCONFIG_SET_STRING = 1;
pub const FSCONFIG_CMD_CREATE = 6;

pub const MOUNT_ATTR_RDONLY = 0x1;
pub const MOUNT_ATTR_NOSUID = 0x2;
pub const MOUNT_ATTR_NODEV = 0x4;
pub const MOUNT_ATTR_NOEXEC = 0x8;

pub const MS_REC = 0x4000;
pub const MS_PRIVATE = 1 << 18;
pub const MS_SLAVE = 1 << 19;
pub const MS_SHARED = 1 << 20;
pub const MNT_DETACH = 2;

pub const mount_attr = extern struct {
    attr_set: u64,
    attr_clr: u64,
    propagation: u64,
    userns_fd: u64 = 0,
};

/// mount(2) without source, type and data: changes the propagation of what is mounted at `path`.
pub fn setPropagation(path: [*:0]const u8, flags: u32) usize {
    return linux.syscall5(.mount, 0, @intFromPtr(path), 0, flags, 0);
}

pub fn open_tree(dir: fd_t, path: [*:0]const u8, flags: u32) usize {
    return linux.syscall3(.open_tree, arg(dir), @intFromPtr(path), flags);
}

pub fn move_mount(from: fd_t, to_dir: fd_t, to_path: [*:0]const u8, flags: u32) usize {
    return linux.syscall5(
        .move_mount,
        arg(from),
        @intFromPtr(""),
        arg(to_dir),
        @intFromPtr(to_path),
        flags | MOVE_MOUNT_F_EMPTY_PATH,
    );
}

pub fn mount_setattr(fd: fd_t, flags: u32, attr: *const mount_attr) usize {
    return linux.syscall5(
        .mount_setattr,
        arg(fd),
        @intFromPtr(""),
        flags | AT_EMPTY_PATH,
        @intFromPtr(attr),
        @sizeOf(mount_attr),
    );
}

pub fn fsopen(name: [*:0]const u8) usize {
    return linux.syscall2(.fsopen, @intFromPtr(name), FSOPEN_CLOEXEC);
}

pub fn fsconfig(fd: fd_t, command: u32, key: ?[*:0]const u8, value: ?[*:0]const u8) usize {
    return linux.syscall5(
        .fsconfig,
        arg(fd),
        command,
        @intFromPtr(key),
        @intFromPtr(value),
        0,
    );
}

pub fn fsmount(fd: fd_t, attributes: u32) usize {
    return linux.syscall3(.fsmount, arg(fd), FSMOUNT_CLOEXEC, attributes);
}

pub fn pivot_root(new_root: [*:0]const u8, put_old: [*:0]const u8) usize {
    return linux.syscall2(.pivot_root, @intFromPtr(new_root), @intFromPtr(put_old));
}

pub const umount2 = linux.umount2;

comptime {
    const assert = std.debug.assert;
    assert(@sizeOf(open_how) == 24);
    assert(@sizeOf(termios) == 36);
    assert(@sizeOf(winsize) == 8);
    assert(@sizeOf(clone_args) == 88);
    assert(@sizeOf(rlimit) == 16);
    assert(@sizeOf(cap_header) == 8);
    assert(@sizeOf(cap_data) == 12);
    assert(@sizeOf(SockFilter) == 8);
    assert(@sizeOf(SockFprog) == 16);
    assert(@sizeOf(mount_attr) == 32);
    assert(@bitSizeOf(O) == 32);
}
