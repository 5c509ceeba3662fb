//! bpm gives its place to one of the embedded programs: the same process, so that what it started
//! stays its child and whoever called it keeps waiting, but nothing of the JavaScript engine.

const std = @import("std");
const descriptors = @import("../kernel/descriptors.zig");
const document = @import("../documents/document.zig");
const linux = @import("../kernel/linux.zig");
const plan = @import("../documents/plan.zig");
const signals = @import("../kernel/signals.zig");
const command = @import("command.zig");
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;

/// Returns only with a failure.
pub fn become(report: *Report, allocator: std.mem.Allocator, request: plan.BecomeRequest) Failed!void {
    const argv = try command.vector(report, allocator, request.argv);
    const envp = [_:null]?[*:0]const u8{};
    const text = try descriptors.sealed(report, "bpm-document", request.document.z, false);
    const executable = try program(report, request.program);
    for (request.keep) |fd| {
        if (fd < descriptors.first_free) return report.fail(.@"keep descriptor", "", .BADF);
        _ = try report.check(.@"keep descriptor", "", linux.fcntl(fd, linux.F_SETFD, 0));
    }
    _ = try report.check(.dup, "", linux.dup3(text, document.fd, 0));
    try keepStreams(report);
    // What arrives in this moment stays pending, and the program passes it on.
    _ = signals.blockAll();
    signals.resetAll();
    const rc = linux.execveat(executable, "", argv.ptr, &envp, linux.AT_EMPTY_PATH);
    _ = try report.check(.@"exec program", @tagName(request.program), rc);
}

/// Of a caller that has closed a stream, /dev/null stays in its place, where Bun puts it for itself
/// alone. Otherwise the number would go to what the program opens first, a cgroup's file perhaps,
/// and what a job prints would be written there.
fn keepStreams(report: *Report) Failed!void {
    for (0..3) |number| {
        const rc = linux.fcntl(@intCast(number), linux.F_SETFD, 0);
        if (linux.errno(rc) == .SUCCESS) continue;
        // The lowest number that is free, which is this one.
        const opened = linux.openat(linux.AT.FDCWD, "/dev/null", .{ .ACCMODE = .RDWR }, 0);
        _ = try report.check(.open, "/dev/null", opened);
    }
}

fn program(report: *Report, which: plan.Program) Failed!linux.fd_t {
    return switch (which) {
        .supervise => descriptors.sealed(report, "bpm-supervise", @embedFile("bpm-supervise"), true),
        .enter => descriptors.sealed(report, "bpm-enter", @embedFile("bpm-enter"), true),
    };
}
