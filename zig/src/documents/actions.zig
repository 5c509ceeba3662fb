//! A list of actions, and what came of each: what `bpm_perform` takes and returns.
//!
//! Looking at the host and changing it are the same to the core: a list that TypeScript has
//! composed, carried out in order. It knows some kinds of actions, and nothing of start or stop.

const plan = @import("plan.zig");
const Step = @import("step.zig").Step;

/// An open file: a descriptor of the calling process, or what an earlier action of the list opened.
pub const Descriptor = union(enum) { fd: i32, of: u32 };

/// A part of a text, for what is known only once an earlier action (by its index) is done.
pub const Piece = union(enum) {
    text: []const u8,
    /// Of the process that a `launch` has started.
    pid: u32,
    start_time: u32,
    /// The wall clock's time, as bpm.log has it.
    timestamp: struct {},
};

pub const Action = union(enum) {
    // Looking: what fails is told in the result, and the list goes on.
    read: Read,
    list: Look,
    status: Look,

    // Acting: what fails ends the list.
    prepare: plan.PrepareStep,
    lock: Lock,
    log: Log,
    write: Write,
    publish: Publish,
    empty_if_ended: EmptyIfEnded,
    remove: Remove,
    launch: Launch,
    signal: plan.SignalRequest,
    destroy: plan.DestroyRequest,
    close: Descriptor,
};

/// `max`: more bytes than that are EFBIG. Only regular files are read, anything else is EINVAL.
pub const Read = struct { path: plan.Path, max: u32 };

pub const Look = struct { path: plan.Path };

pub const Lock = struct { fd: Descriptor, path: plan.Path, wait: bool };

/// Lines of bpm.log from behind their timestamp on. A log that cannot be written ends nothing.
pub const Log = struct { fd: Descriptor, lines: []const plan.Text };

/// A file in a directory that only root can change, made anew: the content is there as a whole or
/// not at all with `replace`, which renames it into its place. The descriptor that comes of it is
/// of the file itself.
pub const Write = struct {
    directory: Descriptor,
    name: plan.Text,
    /// What a failure is told of.
    path: plan.Path,
    mode: u32,
    content: []const Piece,
    replace: bool,
};

/// Gives a file a second name in another directory, in whose place another file may be: whoever
/// looks finds the one or the other.
pub const Publish = struct {
    from: Descriptor,
    name: plan.Text,
    to: Descriptor,
    as: plan.Text,
    path: plan.Path,
};

/// A process that runs: one that an earlier action has launched, or that was noted down earlier.
pub const Process = union(enum) {
    of: u32,
    noted: struct { pid: i32, start_time: plan.Text },
};

/// Empties a file, the pidfile, where the process has ended: its init was to do that, and may have
/// done it before there was something in it. `record`: where the init writes how it ended.
pub const EmptyIfEnded = struct { file: Descriptor, record: plan.Path, process: Process };

/// Removes names from a directory, missing ones as well, and then the directory itself where its
/// own path is given. Nothing to remove is fine.
pub const Remove = struct { directory: plan.Path, names: []const plan.Text, itself: bool };

pub const Launch = struct {
    plan: plan.Launch,
    stdout: Descriptor,
    stderr: Descriptor,
    exit_record: Descriptor,
    pidfile: Descriptor,
    die_with_parent: bool,
};

pub const Request = struct {
    actions: []const Action,
    /// Carried out, all of them, when one of the actions has failed.
    undo: []const Action,
};

/// Text, or a list of bytes where they are no UTF-8.
pub const Bytes = struct {
    raw: []const u8,

    pub fn jsonStringify(self: Bytes, stream: anytype) !void {
        try stream.write(self.raw);
    }
};

pub const Kind = enum { directory, file, link, block, character, other };

/// What lstat(2) says; `link` is what a symbolic link leads to, `target` what is found there.
pub const Status = struct {
    kind: Kind,
    uid: u32,
    mode: u32,
    link: ?Bytes,
    target: ?Kind,
};

pub const Result = union(enum) {
    done: struct {},
    text: Bytes,
    names: []const Bytes,
    status: Status,
    errno: i32,
    fd: i32,
    acquired: bool,
    gone: bool,
    launched: plan.LaunchResponse,
};

pub const Failure = struct {
    /// The index of the action.
    at: u32,
    step: Step,
    subject: []const u8,
    errno: i32,
};

pub const Response = struct {
    /// Of the actions up to the one that failed.
    results: []const Result,
    failure: ?Failure,
    /// The first failure of the undoing.
    undoing: ?Failure,
};
