//! Root of the unit tests: every file that has some.

test {
    _ = @import("sandbox/capabilities.zig");
    _ = @import("host/chase.zig");
    _ = @import("exec/command.zig");
    _ = @import("exec/execute.zig");
    _ = @import("cgroup/dbus.zig");
    _ = @import("cgroup/device_filter.zig");
    _ = @import("cgroup/devices.zig");
    _ = @import("enter.zig");
    _ = @import("init.zig");
    _ = @import("perform/look.zig");
    _ = @import("documents/plan.zig");
    _ = @import("kernel/large_mappings.zig");
    _ = @import("kernel/process.zig");
    _ = @import("documents/report.zig");
    _ = @import("exec/search_path.zig");
    _ = @import("sandbox/seccomp.zig");
    _ = @import("supervise.zig");
    _ = @import("cgroup/systemd.zig");
}
