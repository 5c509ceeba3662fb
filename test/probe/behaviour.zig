//! Ways for a job to behave, well or badly. Those that stay print a line when they are ready.

const std = @import("std");
const linux = std.os.linux;
const posix = std.posix;
const output = @import("output.zig");

/// What the kernel takes for the size of a signal set, on every architecture.
const signal_set_size = 8;

const Arguments = []const [:0]const u8;

/// `exit STATUS`
pub fn exit(arguments: Arguments) !void {
    linux.exit_group(try number(arguments, 0, i32));
}

/// `die SIGNAL`: by its number.
pub fn die(arguments: Arguments) !void {
    _ = linux.kill(linux.getpid(), try number(arguments, 0, i32));
    return error.StillAlive;
}

/// `sleep`: for ever, with every signal's default disposition.
pub fn sleep(_: Arguments) !void {
    output.line("ready", .{});
    while (true) _ = linux.pause();
}

/// `threads COUNT [leave]`: has that many more, which sleep for ever; the first may leave them.
pub fn threads(arguments: Arguments) !void {
    const flags = linux.CLONE.VM | linux.CLONE.FS | linux.CLONE.FILES | linux.CLONE.SIGHAND |
        linux.CLONE.THREAD | linux.CLONE.SYSVSEM;
    const stack_size = 16 << 10;
    var unused: i32 = 0;
    for (0..try number(arguments, 0, usize)) |_| {
        const stack = try std.heap.page_allocator.alignedAlloc(u8, 16, stack_size);
        const top = @intFromPtr(stack.ptr) + stack_size;
        const made = linux.clone(pauseForEver, top, flags, 0, &unused, 0, &unused);
        if (linux.E.init(made) != .SUCCESS) return error.NoThread;
    }
    output.line("ready", .{});
    if (arguments.len > 1) linux.exit(0);
    _ = pauseForEver(0);
}

fn pauseForEver(_: usize) callconv(.C) u8 {
    while (true) _ = linux.pause();
}

/// `ignore SIGNAL...`: by number, for ever.
pub fn ignore(arguments: Arguments) !void {
    // The compiler dies of posix.sigaction with SIG.IGN, so this is the system call itself.
    const ignored: [4]usize = .{ 1, 0, 0, 0 }; // handler SIG_IGN, no flags, restorer or mask
    for (0..arguments.len) |index| {
        const signal = try number(arguments, index, usize);
        _ = linux.syscall4(.rt_sigaction, signal, @intFromPtr(&ignored), 0, signal_set_size);
    }
    try sleep(&.{});
}

/// `signals [LAST]`: prints `signal N` for each signal that arrives, and exits after LAST (TERM).
pub fn signals(arguments: Arguments) !void {
    const last = if (arguments.len > 0) try number(arguments, 0, usize) else linux.SIG.TERM;
    const all: u64 = std.math.maxInt(u64);
    const mask = @intFromPtr(&all);
    _ = linux.syscall4(.rt_sigprocmask, linux.SIG.BLOCK, mask, 0, signal_set_size);
    output.line("ready", .{});
    while (true) {
        const signal = linux.syscall4(.rt_sigtimedwait, mask, 0, 0, signal_set_size);
        if (linux.E.init(signal) != .SUCCESS) continue;
        output.line("signal {d}", .{signal});
        if (signal == last) linux.exit_group(0);
    }
}

/// `zombies COUNT`: leaves COUNT dead orphans for the init to reap, then sleeps.
pub fn zombies(arguments: Arguments) !void {
    for (0..try number(arguments, 0, usize)) |_| {
        const child = try posix.fork();
        if (child == 0) {
            if (try posix.fork() != 0) linux.exit_group(0);
            const nap: linux.timespec = .{ .sec = 0, .nsec = 1_000_000 };
            while (linux.getppid() != 1) _ = linux.nanosleep(&nap, null);
            linux.exit_group(0);
        }
        _ = posix.waitpid(child, 0);
    }
    try sleep(&.{});
}

/// `forks COUNT`: prints how many children it could have at once, and what kept it from more.
pub fn forks(arguments: Arguments) !void {
    const wanted = try number(arguments, 0, usize);
    for (0..wanted) |made| {
        const child = linux.fork();
        if (linux.E.init(child) != .SUCCESS) {
            output.line("{d} {s}", .{ made, output.outcome(child) });
            linux.exit_group(0);
        }
        if (child == 0) while (true) {
            _ = linux.pause();
        };
    }
    output.line("{d} OK", .{wanted});
}

/// `allocate MEBIBYTES`: touches every page, and says so when it got that far.
pub fn allocate(arguments: Arguments) !void {
    const mebibyte = 1 << 20;
    for (0..try number(arguments, 0, usize)) |_| {
        const pages = try std.heap.page_allocator.alloc(u8, mebibyte);
        for (0..mebibyte / 4096) |page| @as(*volatile u8, &pages[page * 4096]).* = 1;
    }
    output.line("allocated", .{});
}

/// `open COUNT`: prints how many descriptors it could open, and what kept it from more.
pub fn open(arguments: Arguments) !void {
    const wanted = try number(arguments, 0, usize);
    for (0..wanted) |made| {
        const result = linux.open("/dev/null", .{}, 0);
        if (linux.E.init(result) == .SUCCESS) continue;
        return output.line("{d} {s}", .{ made, output.outcome(result) });
    }
    output.line("{d} OK", .{wanted});
}

/// `count LINES`: numbered lines on both streams.
pub fn count(arguments: Arguments) !void {
    for (1..try number(arguments, 0, usize) + 1) |index| {
        output.line("out {d}", .{index});
        std.debug.print("err {d}\n", .{index});
    }
}

fn number(arguments: Arguments, index: usize, comptime T: type) !T {
    if (index >= arguments.len) return error.MissingArgument;
    return std.fmt.parseInt(T, arguments[index], 0);
}
