/** The show: see test/demo/run. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { ask, say, show, until } from "./narrator.ts";
import { monitrc, setStage } from "./stage.ts";

const bpm = "/var/vcap/jobs/bpm/bin/bpm";
process.env["PATH"] = `/var/vcap/jobs/bpm/bin:${process.env["PATH"]}`;

const pid = () => ask(`${bpm} pid redis 2>/dev/null`);
const monit = (words: string) => `monit -c ${monitrc} ${words}`;
const serves = () => ask("redis-cli -s /var/vcap/data/redis/redis.sock ping 2>&1") === "PONG";

setStage(["redis", "smoke-test"]);

say("A BOSH job is a bpm.yml and a monit file. This job is a real Redis server:");
show("cat /var/vcap/jobs/redis/config/bpm.yml");
show("cat /var/vcap/jobs/redis/monit");

say("monit starts it through bpm, as on any BOSH machine:");
const daemon = spawn("monit", ["-I", "-c", monitrc], { stdio: "ignore" });
try {
  await perform();
} finally {
  ask(`${bpm} stop redis`);
  daemon.kill();
}

async function perform(): Promise<void> {
  await until("the first start", serves);
  show("bpm list");
  show("bpm logs redis -n 1");

  say("What a process of this job finds inside its sandbox:");
  show("bpm run redis -p look-around");

  say("A look into the sandbox of the server itself, as one of its processes:");
  show(
    "bpm exec redis -- redis-cli -s /var/vcap/data/redis/redis.sock info server < /dev/null " +
      "| grep process_id",
  );
  show("bpm exec redis -- ps -o pid,user,args -e");

  say("The server dies. Its pidfile is empty at once, so nobody takes another process for it:");
  const before = pid();
  show(
    `kill -KILL $(pgrep -P ${before}); sleep 0.2; bpm list; ` +
      "wc -c /var/vcap/sys/run/bpm/redis/redis.pid",
  );
  say("monit sees it and starts it again:");
  await until("the restart", () => serves() && pid() !== before);
  show("bpm list");

  say("An errand runs in the foreground, in its own sandbox, and its exit status is bpm's:");
  show("bpm run smoke-test -e AUTHOR=errand");
  show("bpm run smoke-test -e STATUS=3");

  say("Stopping is orderly: TERM, and as soon as the last process is gone, so is everything else:");
  const ended = "while bpm pid redis >/dev/null 2>&1; do sleep 0.1; done";
  show(`${monit("stop redis")} && ${ended}; bpm list`);
  show("tail -n 3 /var/vcap/sys/log/redis/redis.stdout.log");
  await until("the end of the stop", () => !existsSync("/var/vcap/sys/run/bpm-state/bpm-redis"));
  show("find /sys/fs/cgroup -maxdepth 3 -name 'bpm-redis*'; ls -A /var/vcap/sys/run/bpm/redis");
  say("Nothing is left. Read on in README.md and docs/.");
}
