//! The gate: what the kernel runs in bpm before the JavaScript engine.
//!
//! build.ts puts it into the executable and makes it the entry point. It takes away what whoever
//! called bpm has handed down and the engine would stumble over or obey, and goes on to the engine's
//! own entry point. It is linked at 0 and loaded elsewhere, so it has no address in its data.

const builtin = @import("builtin");
const linux = @import("kernel/linux.zig");
const rlimits = @import("sandbox/rlimits.zig");
const signals = @import("kernel/signals.zig");

/// From here to the engine's entry point, in bytes: filled in by build.ts.
export var distance: isize linksection(".gate.distance") = 0;

/// The stack is as execve(2) leaves it: argc, argv, the environment, the auxiliary vector. The
/// engine finds it and the registers that the loader has set as they were.
pub export fn _start() callconv(.Naked) noreturn {
    switch (builtin.cpu.arch) {
        .x86_64 => asm volatile (
            \\ movq %%rsp, %%rdi
            \\ pushq %%rdx
            \\ pushq %%rbp
            \\ callq %[clean:P]
            \\ popq %%rbp
            \\ popq %%rdx
            \\ leaq distance(%%rip), %%rax
            \\ addq (%%rax), %%rax
            \\ jmpq *%%rax
            :
            : [clean] "X" (&clean),
        ),
        .aarch64 => asm volatile (
            \\ stp x0, x30, [sp, #-16]!
            \\ add x0, sp, #16
            \\ bl %[clean]
            \\ ldp x0, x30, [sp], #16
            \\ adr x16, distance
            \\ ldr x17, [x16]
            \\ add x16, x16, x17
            \\ br x16
            :
            : [clean] "X" (&clean),
        ),
        else => @compileError("no gate for this architecture"),
    }
}

fn clean(stack: [*]usize) callconv(.C) void {
    const argc = stack[0];
    const environment: [*:null]?[*:0]const u8 = @ptrCast(stack + 1 + argc + 1);
    removeVariables(environment);
    resetSignals();
    rlimits.lift();
    requireMemory();
}

/// bpm waits for children, and the engine stops its threads with SIGPWR. Others that a caller
/// ignores, as nohup does, stay so.
fn resetSignals() void {
    signals.unblockAll();
    _ = linux.resetSignal(linux.SIGCHLD);
    _ = linux.resetSignal(linux.SIGPWR);
}

/// With less the engine ends in a crash report.
const memory_min = 384 << 20;

fn requireMemory() void {
    if (rlimits.memory() >= memory_min) return;
    const text = "Error: start the engine: the memory of this process is limited to less than " ++
        "384 MiB (ENOMEM)\nbpm may not raise that: let its caller have 8 GiB, or no limit " ++
        "(ulimit -d, ulimit -v).\n";
    _ = linux.write(2, text, text.len);
    linux.exit_group(1);
}

/// Variables with which a caller, on purpose or not, would make the engine run other code, listen
/// to a debugger, print something else or refuse to start.
const families = [_][]const u8{ "BUN_", "NODE_", "JSC_", "WTF_", "MIMALLOC_", "mimalloc_" };

/// In place, since the C library has already noted down where the environment is.
fn removeVariables(environment: [*:null]?[*:0]const u8) void {
    var kept: usize = 0;
    var next: usize = 0;
    while (environment[next]) |variable| : (next += 1) {
        if (isOfEngine(variable)) continue;
        environment[kept] = variable;
        kept += 1;
    }
    @memset(environment[kept..next], null);
}

fn isOfEngine(variable: [*:0]const u8) bool {
    inline for (families) |family| if (startsWith(variable, family)) return true;
    return false;
}

fn startsWith(text: [*:0]const u8, comptime prefix: []const u8) bool {
    inline for (prefix, 0..) |byte, index| if (text[index] != byte) return false;
    return true;
}
