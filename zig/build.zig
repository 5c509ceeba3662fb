//! Builds libbpm.so with the init and the supervisor embedded, and runs the unit tests.

const std = @import("std");
const builtin = @import("builtin");

comptime {
    // The language still changes from one development version to the next.
    const wanted = "0.14.0-dev.2456";
    if (!std.mem.startsWith(u8, builtin.zig_version_string, wanted)) {
        @compileError("bpm is built with Zig " ++ wanted ++ ", not " ++ builtin.zig_version_string);
    }
}

pub fn build(b: *std.Build) void {
    const target = b.resolveTargetQuery(.{
        .cpu_arch = b.option(std.Target.Cpu.Arch, "arch", "x86_64 or aarch64") orelse .x86_64,
        .os_tag = .linux,
        .abi = .none,
    });
    const abi = b.option(u32, "abi", "Number that the executable checks when it loads the library") orelse 0;
    const options = b.addOptions();
    options.addOption(u32, "abi", abi);

    const library = b.addSharedLibrary(.{
        .name = "bpm",
        .root_source_file = b.path("src/lib.zig"),
        .target = target,
        .optimize = .ReleaseSafe,
        .single_threaded = true,
        .strip = true,
        .pic = true,
        .unwind_tables = .none,
        .link_libc = false,
    });
    library.setVersionScript(b.path("exports.map"));
    library.root_module.addOptions("options", options);
    const programs = b.step("programs", "Install the embedded programs by themselves, to test them");
    embed(b, library, target, programs, "bpm-init", "src/init.zig");
    embed(b, library, target, programs, "bpm-supervise", "src/supervise.zig");
    embed(b, library, target, programs, "bpm-enter", "src/enter.zig");
    b.installArtifact(library);
    installGate(b, target);
    const contract_step = b.step("contract", "Write what both languages say to each other as TypeScript");
    contract_step.dependOn(contract(b));
    b.getInstallStep().dependOn(contract_step);

    const test_step = b.step("test", "Run the unit tests");
    const tests = b.addTest(.{ .root_source_file = b.path("src/test.zig") });
    test_step.dependOn(&b.addRunArtifact(tests).step);
}

/// A program of this machine writes it, whatever machine the library is for.
fn contract(b: *std.Build) *std.Build.Step {
    const writer = b.addExecutable(.{
        .name = "contract",
        .root_source_file = b.path("src/contract.zig"),
        .target = b.graph.host,
    });
    return &b.addInstallFile(b.addRunArtifact(writer).captureStdOut(), "contract.ts").step;
}

/// What build.ts puts in front of the JavaScript engine. The only code with nothing to check, and
/// small, since what says that a check has failed is found by its address.
fn installGate(b: *std.Build, target: std.Build.ResolvedTarget) void {
    const gate = b.addExecutable(.{
        .name = "bpm-gate",
        .root_source_file = b.path("src/gate.zig"),
        .target = target,
        .optimize = .ReleaseSmall,
        .single_threaded = true,
        .strip = true,
        .pic = true,
        .link_libc = false,
    });
    gate.setLinkerScript(b.path("gate.ld"));
    b.installArtifact(gate);
}

/// A static executable whose bytes the library imports under its name.
fn embed(
    b: *std.Build,
    library: *std.Build.Step.Compile,
    target: std.Build.ResolvedTarget,
    programs: *std.Build.Step,
    name: []const u8,
    source: []const u8,
) void {
    const executable = b.addExecutable(.{
        .name = name,
        .root_source_file = b.path(source),
        .target = target,
        .optimize = .ReleaseSafe,
        .single_threaded = true,
        .strip = true,
        .link_libc = false,
    });
    // The start code raises RLIMIT_STACK to what the executable notes, and a job would inherit it.
    executable.stack_size = 64 << 10;
    programs.dependOn(&b.addInstallArtifact(executable, .{}).step);
    library.root_module.addAnonymousImport(name, .{ .root_source_file = executable.getEmittedBin() });
}
