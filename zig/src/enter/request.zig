//! What bpm leaves for the program that enters a sandbox.

const document = @import("../documents/document.zig");
const plan = @import("../documents/plan.zig");
const Memory = @import("../kernel/memory.zig").Memory;
const Report = @import("../documents/report.zig").Report;
const Failed = @import("../documents/report.zig").Failed;
const Step = @import("../documents/step.zig").Step;

pub const Request = struct {
    /// The sandbox's init, and since when it runs: field 22 of proc_pid_stat(5).
    pid: i32,
    start_time: plan.Text,
    /// JOB or JOB.PROCESS, for messages.
    name: plan.Text,
    /// The leaves of the process.
    cgroups: []const plan.CgroupRef,
    host_pid_namespace: bool,
    confinement: plan.Confinement,
    argv: []const plan.Text,
    env: []const plan.Text,
    /// Whether the command gets a terminal of its own.
    terminal: bool,
    /// What can be done about failures.
    hints: []const Hint,

    pub const Hint = struct { step: Step, errno: plan.Text, text: plan.Text };

    pub fn receive(memory: Memory, report: *Report) Failed!Request {
        const request = try document.receive(Request, report, memory.bytes);
        if (request.argv.len == 0) return report.fail(.exec, "nothing", .INVAL);
        return request;
    }
};
