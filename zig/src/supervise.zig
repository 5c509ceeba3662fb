//! `bpm run` gives its place to the supervisor: same process, so that it stays the init's parent,
//! but nothing of the JavaScript engine.

const std = @import("std");
const descriptors = @import("descriptors.zig");
const linux = @import("linux.zig");
const plan = @import("plan.zig");
const signals = @import("signals.zig");
const vector = @import("vector.zig");
const Report = @import("report.zig").Report;
const Failed = @import("report.zig").Failed;

/// Where the supervisor finds its document.
const document_fd = 3;

/// Returns only with a failure.
pub fn becomeSupervisor(report: *Report, allocator: std.mem.Allocator, request: plan.SuperviseRequest) Failed!void {
    const argv = try vector.make(report, allocator, request.argv);
    const envp = [_:null]?[*:0]const u8{};
    const text = request.document.z;
    const document = try descriptors.sealed(report, "bpm-run", text, false);
    const executable = try descriptors.sealed(report, "bpm-supervise", @embedFile("bpm-supervise"), true);
    for (request.keep) |fd| {
        if (fd < descriptors.first_free) return report.fail("keep descriptor", "", .BADF);
        _ = try report.check("keep descriptor", "", linux.fcntl(fd, linux.F_SETFD, 0));
    }
    _ = try report.check("dup", "", linux.dup3(document, document_fd, 0));
    // What arrives in this moment stays pending, and the supervisor passes it on.
    _ = signals.blockAll();
    signals.resetAll();
    const rc = linux.execveat(executable, "", argv, &envp, linux.AT_EMPTY_PATH);
    _ = try report.check("exec", "bpm-supervise", rc);
}
