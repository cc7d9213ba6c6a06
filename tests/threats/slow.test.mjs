// Clients that take all the time in the world (slowhttptest), and a process that has no descriptors left: whoever behaves is
// served meanwhile, and at once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Host } from "../browser/support/host.mjs";
import { Program, programs } from "../browser/support/program.mjs";
import { until } from "../browser/support/until.mjs";

/** How long all but a few polls take at most: a machine that does something else for a moment makes one late. */
async function pace(address) {
  const took = [];
  for (let i = 0; i < 40; ++i) {
    took.push(await polled(address));
    await pause(25);
  }
  return took.sort((a, b) => a - b)[35];
}

/** How long a poll takes, on a connection of its own. */
async function polled(address) {
  const begun = performance.now();
  const answer = await fetch(`${address}/pushwire/poll`, { headers: { connection: "close" } });
  await answer.text();
  assert.equal(answer.status, 200);
  return performance.now() - begun;
}

const attacks = {
  "slow heads": ["-H", "-i", "1"],
  "slow bodies": ["-B", "-i", "1", "-s", "100000", "-t", "POST"],
  "slow readers": ["-X", "-w", "1", "-y", "64", "-n", "1", "-z", "1", "-k", "3"],
};

for (const [name, args] of Object.entries(attacks)) {
  test(`${name}, 250 at once: a good client is served within 200 ms`, async (t) => {
    const host = await Host.start(t);
    await host.ask("type counter history 1000");
    const calm = await pace(host.address);
    const target = `${host.address}/pushwire/${name === "slow readers" ? "client.js" : "poll"}`;
    const attack = spawn("slowhttptest", ["-c", "250", "-r", "250", "-l", "240", "-p", "1", "-u", target, ...args], {
      stdio: "ignore",
    });
    t.after(() => attack.kill("SIGKILL"));
    const ended = once(attack, "close");
    let open = 0;
    const connections = async () => (open = (await host.ask("stats")).connections);
    await until(
      () => `250 slow connections; there are ${open}`,
      async () => (await connections()) >= 200 || attack.exitCode !== null,
    );
    assert.ok(open >= 200, "the attack has ended before it began");
    const attacked = await pace(host.address);
    assert.ok(attacked < Math.max(200, 4 * calm), `${attacked} ms; without the attack ${calm} ms`);
    attack.kill("SIGKILL");
    await ended;
    await until(
      () => `an end of all; there are ${open}`,
      async () => (await connections()) <= 1,
    );
  });
}

/** CPU time of a process in seconds. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

test("without descriptors a server does not spin, serves those who are in, and takes others when it has some", async (t) => {
  const host = new Host(t, "/bin/sh", ["-c", `ulimit -n 64; exec "${programs.host}"`]);
  host.address = await host.listening();
  await host.ask("type counter history 1000");
  const reader = await fetch(`${host.address}/pushwire/sse?events=counter`);
  const stream = reader.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  void (async () => {
    for (let part; !(part = await stream.read()).done; ) heard += part.value;
  })().catch(() => {});
  t.after(() => stream.cancel().catch(() => {}));

  const crowd = Array.from({ length: 100 }, () => connect(host.port, "127.0.0.1").on("error", () => {}));
  t.after(() => crowd.forEach((socket) => socket.destroy()));
  await until(
    () => `a word about it; stderr: ${host.stderr}`,
    () => /accepting pauses/.test(host.stderr),
  );
  const before = { cpu: cpuSeconds(host.child.pid), at: performance.now() };
  for (let number = 0; number < 20; ++number) {
    await host.ask(`emit counter ${number}`);
    await until(
      () => `event ${number} for a client that is in; ${heard}`,
      () => heard.includes(`data: ${number}\n`),
    );
    await pause(100);
  }
  const share = (cpuSeconds(host.child.pid) - before.cpu) / ((performance.now() - before.at) / 1000);
  assert.ok(share < 0.2, `${Math.round(share * 100)} % of a processor`);
  assert.equal(host.stderr.match(/accepting pauses/g).length, 1, "said once");
  crowd.forEach((socket) => socket.destroy());
  await until(
    () => "a new client is served",
    async () => (await polled(host.address)) >= 0,
  );
});
