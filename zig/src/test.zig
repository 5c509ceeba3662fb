//! Root of the unit tests: every file that has some.

test {
    _ = @import("capabilities.zig");
    _ = @import("chase.zig");
    _ = @import("command.zig");
    _ = @import("dbus.zig");
    _ = @import("device_filter.zig");
    _ = @import("enter.zig");
    _ = @import("init.zig");
    _ = @import("plan.zig");
    _ = @import("process.zig");
    _ = @import("report.zig");
    _ = @import("search_path.zig");
    _ = @import("seccomp.zig");
    _ = @import("supervisor.zig");
    _ = @import("systemd.zig");
}
