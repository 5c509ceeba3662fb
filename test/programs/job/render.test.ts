/** `bpm job render` as its users meet it: the program is run, and with it a Ruby. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { missingCommands } from "../../support/debian.ts";
import { childrenOf, isAlive, readProcessFile } from "../../support/process.ts";
import { projectDirectory } from "../../support/product.ts";
import { Release } from "../../unit/job/fixtures.ts";

const main = join(projectDirectory, "src/main.ts");
const missing = await missingCommands({ ruby: "ruby" });
const isRoot = process.geteuid?.() === 0;

const release = new Release();
afterAll(() => release.remove());

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bpm(args: readonly string[], env: Record<string, string> = {}): Ended {
  const { PATH = "" } = process.env;
  const child = Bun.spawnSync([process.execPath, main, "job", "render", ...args], {
    cwd: release.path,
    env: { PATH, ...env },
    stdin: "ignore",
  });
  const { exitCode, stdout, stderr } = child;
  return { status: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** What becomes of one template of a job that declares `properties`. */
function rendered(template: string, args: readonly string[] = [], spec = ""): Ended {
  return bpm([release.job(template, spec), "t.erb", ...args]);
}

const good = (stdout: string): Ended => ({ status: 0, stdout, stderr: "" });

describe.skipIf(missing.length > 0)("bpm job render (it needs ruby)", () => {
  test("prints one template, by its source or its destination", () => {
    const job = release.job("<%= spec.name %> <%= p('a.b') %>\n", "properties: {a.b: {}}\n");
    expect(bpm([job, "t.erb", "-s", "a.b=[1, x]"])).toEqual(good('web [1, "x"]\n'));
    expect(bpm([job, "config/t", "-s", "a.b=0o7"])).toEqual(good("web 0o7\n"));
    expect(bpm([job, "u.erb"]).stderr).toBe(
      'Error: there is no template "u.erb" (there are: monit, t.erb)\n',
    );
  });

  test("prints all files of all jobs, or writes them with the agent's modes", () => {
    const one = new Release().write({
      "jobs/a/spec":
        "name: a\ntemplates: {x: bin/x, y/z: config/deep/z}\n" + "provides: [{name: l, type: t}]\n",
      "jobs/a/monit": "check\n",
      "jobs/a/templates/x": "#!\n",
      "jobs/a/templates/y/z": "z\n",
      "jobs/b/spec": "name: b\n",
      "jobs/b/monit": "",
      "jobs/not-a-job/readme": "",
    });
    const links = '[\n  {\n    "name": "l",\n    "type": "t",\n    "group": "1"\n  }\n]\n';
    const parts: [string, string][] = [
      ["a/monit", "check\n"],
      ["a/bin/x", "#!\n"],
      ["a/config/deep/z", "z\n"],
      ["a/.bosh/links.json", links],
      ["b/monit", ""],
      ["b/.bosh/links.json", "[]\n"],
    ];
    const listing = parts.map(([name, text]) => `==> ${name} <==\n${text}`).join("\n");
    expect(bpm([one.path])).toEqual(good(listing));
    expect(bpm([one.path, "-j", "b"])).toEqual(good(listing.slice(listing.indexOf("==> b/"))));
    const out = join(one.path, "out");
    expect(bpm([one.path, "-o", out])).toEqual(good(""));
    for (const [name, text] of parts) expect(readFileSync(join(out, name), "utf8")).toBe(text);
    expect(statSync(join(out, "a/bin/x")).mode & 0o777).toBe(0o750);
    expect(statSync(join(out, "a/config/deep/z")).mode & 0o777).toBe(0o640);
    expect(bpm([join(one.path, "jobs/b"), "-o", join(one.path, "of-b")])).toEqual(good(""));
    expect(existsSync(join(one.path, "of-b/monit"))).toBe(true);
    one.remove();
  });

  test("tells how files differ from those that are there", () => {
    const job = release.job("a\n<%= p('b') %>\n", "properties: {b: {default: 1}}\n");
    const there = join(release.path, "there");
    expect(bpm([job, "-o", there])).toEqual(good(""));
    expect(bpm([job, "--diff", there])).toEqual(good(""));
    release.write({ "there/config/old": "x\n" });
    expect(bpm([job, "--diff", there, "-s", "b=2"])).toEqual({
      status: 1,
      stdout:
        "--- config/old\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n" +
        "--- config/t\n+++ config/t\n@@ -1,2 +1,2 @@\n a\n-1\n+2\n",
      stderr: `Error: 2 files differ from ${there}\n`,
    });
    expect(bpm([job, "t.erb", "--diff", there]).stderr).toContain("--diff takes all files");
    expect(bpm([job, "--diff", "/nonexistent"]).stderr).toContain("/nonexistent");
  });

  test("merges files, fills in variables, takes links and fields of the instance", () => {
    release.write({
      "one.yml": "db: {user: a, pass: ((pass))}\n",
      "two.yml": "db: {user: b}\n",
      "links.yml": "peer: {instances: [{address: ((host)), az: z2}], properties: {port: 1}}\n",
      "vars.yml": "pass: s\nhost: h.example\n",
    });
    const template =
      "<%= p('db').to_json %> <%= link('peer').instances[0].address %> " +
      "<%= link('peer').p('port') %> <%= link('peer').address(azs: ['z2'], status: 'all') %> " +
      "<%= spec.index %> <%= spec.az %>";
    const spec = "consumes: [{name: peer, type: t}]\nproperties: {db.user: {}, db.pass: {}}\n";
    const args = [
      "-p",
      "one.yml",
      "-p",
      "two.yml",
      "--links",
      "links.yml",
      "-l",
      "vars.yml",
      "-v",
      "pass=t",
      "-i",
      "index=2",
      "-i",
      "az=z7",
    ];
    expect(rendered(template, args, spec)).toEqual(
      good('{"user":"b","pass":"t"} h.example 1 q-a2s4.peer.default.local.bosh 2 z7'),
    );
    expect(rendered(template, ["-p", "one.yml"], spec).stderr).toContain(
      "Error: there are no values for these variables: pass\nGive them with -v NAME=VALUE",
    );
  });

  test("tells of every property without value, with its place and the director's words", () => {
    const template =
      "<%= p('a') %>\n<%= p(['b', 'x.z']) %>\n" + "<%= p('cert') %><%= p('d', 1) %>\n<%= p('a') %>";
    const spec = "properties: {a: {}, b: {}, certs: {}}\n";
    const { status, stdout, stderr } = rendered(template, ["-s", "e=1"], spec);
    const path = join(release.path, "jobs/web");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      `Warning: ${path}/spec does not declare "e", so that its value has no effect\n` +
        `${path}/templates/t.erb:1:7: error: property "a" has no value [render]\n` +
        "    1 | <%= p('a') %>\n      |       ^^^\n" +
        "  give it with -s a=VALUE or -p FILE\n" +
        "  the director would say: Error filling in template 't.erb' " +
        "(line 1: Can't find property '[\"a\"]')\n" +
        `${path}/templates/t.erb:2:8: error: ` +
        'none of the properties "b" and "x.z" has a value [render]\n' +
        "    2 | <%= p(['b', 'x.z']) %>\n      |        ^^^\n" +
        "  give it with -s b=VALUE or -p FILE\n" +
        "  the director would say: Error filling in template 't.erb' " +
        '(line 2: Can\'t find property \'["b", "x.z"]\')\n' +
        `${path}/templates/t.erb:3:7: error: property "cert" has no value [render]\n` +
        "    3 | <%= p('cert') %><%= p('d', 1) %>\n      |       ^^^^^^\n" +
        `  ${path}/spec does not declare "cert"; it declares "certs" in line 3\n` +
        "  the director would say: Error filling in template 't.erb' " +
        "(line 3: Can't find property '[\"cert\"]')\n" +
        `${path}/templates/t.erb:4:7: error: property "a" has no value [render]\n` +
        "    4 | <%= p('a') %>\n      |       ^^^\n" +
        "  give it with -s a=VALUE or -p FILE\n" +
        "  the director would say: Error filling in template 't.erb' " +
        "(line 4: Can't find property '[\"a\"]')\n" +
        "Error: 4 errors and 0 warnings in 1 job\n",
    );
  });

  test("tells of a link that nobody gave, and of what Ruby says without the values", () => {
    const spec = "consumes: [{name: db, type: sql}]\nproperties: {a: {}}\n";
    const { stderr } = rendered("\n<%= Integer(p('a')) %>", ["-s", "a=geheim"], spec);
    expect(stderr).toContain('spec:3:12: error: no link "db" of type "sql" is given');
    expect(stderr).toContain(
      't.erb:2:1: error: invalid value for Integer(): "[value of a]" (ArgumentError)',
    );
    expect(stderr).not.toContain("geheim");
    const other = rendered("<%= p('a').nosuch %>", ["-s", "a=geheim"], spec).stderr;
    expect(other).toContain("undefined method 'nosuch' for an instance of String (NoMethodError)");
    expect(other).not.toContain("geheim");
  });

  test("prints a document with everything in it", () => {
    const job = release.job("<%= [255].pack('C') %>");
    const document = JSON.parse(bpm([job, "--json"]).stdout) as {
      ruby: string;
      jobs: { job: string; files: { destination: string }[] }[];
      findings: unknown[];
    };
    expect(document.ruby).toMatch(/^\d+\.\d+\.\d+$/);
    expect(document.jobs[0]?.files).toContainEqual({
      source: "t.erb",
      destination: "config/t",
      base64: "/w==",
    } as never);
    expect(document.findings).toEqual([]);
  });
});

describe.skipIf(missing.length > 0)("a template (it needs ruby)", () => {
  const failure = (template: string, args: readonly string[] = []) =>
    rendered(template, args).stderr;

  test.skipIf(!isRoot)("has nobody's rights, or those of the user who called sudo", () => {
    const identity = "<%= [Process.uid, Process.euid, Process.gid, Process.groups].inspect %>";
    expect(rendered(identity).stdout).toBe("[65534, 65534, 65534, []]");
    const env = { SUDO_UID: "4711", SUDO_GID: "4712" };
    expect(bpm([release.job(identity), "t.erb"], env).stdout).toBe("[4711, 4711, 4712, []]");
    for (const uid of ["0", "x", ""]) {
      const root = { SUDO_UID: uid, SUDO_GID: "0" };
      expect(bpm([release.job(identity), "t.erb"], root).stdout).toStartWith("[65534, ");
    }
  });

  test("has no variables of bpm's, and gains no rights", () => {
    const template =
      "<%= ENV.keys.sort.join(' ') %> " +
      "<%= File.read('/proc/self/status')[/NoNewPrivs:\\s*(\\d)/, 1] %>";
    const { stdout } = bpm([release.job(template), "t.erb"], { SECRET: "x", RUBYOPT: "-W2" });
    expect(stdout).toBe("LANG PATH TZ 1");
  });

  test.each([
    ["for ever", "<% loop {} %>", "still being evaluated after 4 s, the limit (see --timeout)"],
    ["asleep", "<% sleep %>", "still being evaluated after 4 s, the limit (see --timeout)"],
    ["printing without end", "<% loop { puts 'x' * 9999 } %>", "still being evaluated after 4 s"],
  ])("that runs %s is ended", (_, template, message) => {
    expect(failure(template, ["--timeout", "4"])).toContain(`t.erb:1:1: error: ${message}`);
  });

  test.each([
    ["<% x = 'x'; loop { x << x } %>", "failed to allocate memory (NoMemoryError)"],
    ["<% _erbout << 'x' * (65 << 20) %>", "it prints more than 64 MiB"],
    ["<% exit %>", "exit (SystemExit)"],
    ["<% exit! 4 %>", "it ended Ruby itself (exit status 4)"],
    ["<% Process.kill(:KILL, $$) %>", "it ended Ruby itself (signal SIGKILL)"],
    ["<% fork { sleep } %>", "a template can start no process (NotImplementedError)"],
    ["<% `id` %>", "a template can start no process"],
    ["<% IO.popen('id') %>", "a template can start no process"],
    ["<% open('|id') %>", "a template can start no process"],
    ["<% File.write('/tmp/bpm-job-written', 'x') %>", "File too large"],
    ["<% def f = f; f %>", "stack level too deep (SystemStackError)"],
    ["<% throw :x %>", "uncaught throw :x (UncaughtThrowError)"],
    ["<% if true %>", "(SyntaxError)"],
    ["<%= [1].each do |x| %>x<% end %>", "(SyntaxError)"],
  ])("%s fails alone", (template, message) => {
    expect(failure(template)).toContain(message);
  });

  test("that ends Ruby leaves the others unsaid", () => {
    release.write({
      "jobs/two/spec": "name: two\ntemplates: {a: a, b: b, c: c}\n",
      "jobs/two/monit": "",
      "jobs/two/templates/a": "a",
      "jobs/two/templates/b": "<% exit! 0 %>",
      "jobs/two/templates/c": "c",
    });
    const { stderr } = bpm([join(release.path, "jobs/two")]);
    expect(stderr).toContain("templates/b:1:1: error: it ended Ruby itself (exit status 0)");
    expect(stderr).toContain("templates/c:1:1: error: not evaluated, because of b: it ended Ruby");
    expect(stderr).toContain("Error: 2 errors and 0 warnings in 1 job\n");
  });

  test("does not outlive bpm", async () => {
    const job = release.job("<% sleep %>");
    const child = Bun.spawn([process.execPath, main, "job", "render", job], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    const ofRuby = () => childrenOf(child.pid);
    while (ofRuby().length === 0) await Bun.sleep(20);
    // Ruby says that it dies with its parent before it evaluates anything.
    while (!ofRuby().some((pid) => noNewPrivileges(pid))) await Bun.sleep(20);
    const [pid = 0] = ofRuby();
    child.kill("SIGKILL");
    await child.exited;
    while (isAlive(pid)) await Bun.sleep(20);
    expect(isAlive(pid)).toBe(false);
  });
});

function noNewPrivileges(pid: number): boolean {
  return /^NoNewPrivs:\s*1$/m.test(readProcessFile(pid, "status") ?? "");
}

describe("what cannot be rendered", () => {
  const refused = (files: Record<string, string | Uint8Array>, args: readonly string[] = ["."]) => {
    const one = new Release().write(files);
    const { status, stderr } = bpm(args.map((arg) => (arg === "." ? one.path : arg)));
    const text = stderr.replaceAll(one.path, "DIR");
    one.remove();
    return `${status} ${text.trim().split("\n")[0]}`;
  };

  test.each([
    ["no job", {}, "1 Error: DIR is neither a job nor a release"],
    ["no monit file", { spec: "name: a\n" }, "1 Error: DIR/monit is missing"],
    [
      "a spec that is a list",
      { spec: "- a\n", monit: "" },
      "1 Error: DIR/spec:1:1: a spec is a mapping, but this is of class Array (and 1 more)",
    ],
    [
      "a template that is not there",
      { spec: "name: a\ntemplates: {x: y}\n", monit: "" },
      "1 Error: lstat DIR/templates/x: no such file or directory (ENOENT)",
    ],
    [
      "a template out of the directory",
      { spec: "name: a\ntemplates: {../../../../etc/passwd: y}\n", monit: "" },
      "1 Error: read /etc/passwd: it is outside of DIR",
    ],
    [
      "a destination out of it",
      { spec: "name: a\ntemplates: {x: ../y}\n", monit: "", "templates/x": "" },
      '1 Error: DIR/spec:2:13: "../y" is outside the job\'s directory',
    ],
    [
      "no text",
      { spec: "name: a\n", monit: new Uint8Array([0xff]) },
      "1 Error: DIR/monit is no UTF-8 text",
    ],
  ] as [string, Record<string, string | Uint8Array>, string][])("%s", (_, files, expected) => {
    expect(refused(files)).toStartWith(expected);
  });

  test("a template of 100 MB", () => {
    const files = { spec: "name: a\n", monit: "x".repeat(100 << 20) };
    expect(refused(files)).toBe("1 Error: read DIR/monit: it is larger than 16 MiB");
  });

  test("a link that leads out of the release, and a pipe", () => {
    const one = new Release();
    one.write({ "jobs/a/spec": "name: a\n", "jobs/b/spec": "name: b\n", shared: "s\n" });
    symlinkSync("/etc/passwd", join(one.path, "jobs/a/monit"));
    symlinkSync("../../shared", join(one.path, "jobs/b/monit"));
    expect(bpm([join(one.path, "jobs/a")]).stderr).toContain(`monit: it is outside of ${one.path}`);
    if (missing.length === 0) expect(bpm([join(one.path, "jobs/b"), "monit"]).stdout).toBe("s\n");
    mkdirSync(join(one.path, "jobs/c"));
    Bun.spawnSync(["mkfifo", join(one.path, "jobs/c/spec")]);
    expect(bpm([join(one.path, "jobs/c")]).stderr).toContain("spec: it is no regular file");
    one.remove();
  });

  test("with a Ruby that is none", () => {
    const job = release.job("x");
    expect(bpm([job, "--ruby", "/nonexistent"]).stderr).toContain("Error: start /nonexistent: ");
    expect(bpm([job, "--ruby", "/bin/true"]).stderr).toBe(
      "Error: /bin/true cannot evaluate templates: exit status 0\n",
    );
  });

  test("without a directory, or with a time that is none", () => {
    expect(bpm([]).stderr).toEndWith("Error: must specify a job's directory\n");
    expect(bpm([release.job("x"), "--timeout", "0"]).stderr).toContain("--timeout takes a number");
  });

  test("into a directory that is a link", () => {
    if (missing.length > 0) return;
    const job = release.job("x");
    mkdirSync(join(release.path, "target"));
    mkdirSync(join(release.path, "linked"));
    symlinkSync("../target", join(release.path, "linked/config"));
    expect(bpm([job, "-o", "linked"]).stderr).toContain("linked/config: it is no directory");
    expect(readdirSync(join(release.path, "target"))).toEqual([]);
  });
});
