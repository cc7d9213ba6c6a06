// What both sample programs promise on the command line.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { curl, startCurl } from "./support/curl.mjs";
import { Program, programs } from "./support/program.mjs";
import { until } from "./support/until.mjs";

const serving = ["--port", "--address", "--host", "--insecure-lan", "--tls", "--tls-self-signed", "--launch-token"];
const samples = [
  { name: "pushwire-device-monitor", path: programs.monitor, flags: [...serving, "--interval-ms", "--read-only"] },
  {
    name: "pushwire-pipe",
    path: programs.pipe,
    flags: [...serving, "--event", "--history", "--json", "--after-eof", "--echo-messages", "--message"],
  },
];

for (const { name, path, flags } of samples) {
  test(`${name} --help names every flag and ends well`, async (t) => {
    const program = new Program(t, path, ["--help"]);
    assert.deepEqual(await program.exit(), { code: 0, signal: null });
    for (const flag of flags) assert.match(program.lines.join("\n"), new RegExp(`^ *${flag} `, "m"));
    assert.equal(program.stderr, "");
  });

  for (const args of [["--nope"], ["--port", "x"], ["--port", "65536"], ["--port"], ["stray"]]) {
    test(`${name} ${args.join(" ")} is refused with a sentence that names it`, async (t) => {
      const program = new Program(t, path, args);
      assert.equal((await program.exit()).code, 1);
      assert.ok(program.stderr.includes(args[0]), program.stderr);
      assert.match(program.stderr, /--help/);
      assert.deepEqual(program.lines, []);
    });
  }

  test(`${name} says first of all where it listens, and is there`, async (t) => {
    const program = new Program(t, path, ["--port", "0"]);
    const address = await program.listening();
    assert.match(program.lines[0], /^listening on http:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
    const page = await curl(t, `${address}/`);
    assert.equal(page.status, 200);
    assert.match(page.fields["content-type"], /^text\/html/);
    assert.equal(program.lines.length, 1);
    assert.equal(program.stderr, "");
  });

  test(`${name} ends with 1 where its port is taken, and says so`, async (t) => {
    const other = createServer().listen(0, "127.0.0.1");
    t.after(() => other.close());
    await once(other, "listening");
    const { port } = other.address();
    const program = new Program(t, path, ["--port", `${port}`]);
    assert.equal((await program.exit()).code, 1);
    assert.match(program.stderr, new RegExp(`^${name}: .*127\\.0\\.0\\.1:${port}: Address already in use\\n$`));
    assert.deepEqual(program.lines, []);
  });

  test(`${name} ends with 1 where its address is none`, async (t) => {
    const program = new Program(t, path, ["--port", "0", "--address", "nowhere"]);
    assert.equal((await program.exit()).code, 1);
    assert.match(program.stderr, new RegExp(`^${name}: .*"nowhere" is not an IP address`));
  });

  test(`${name} serves other machines only when it is told to`, async (t) => {
    const program = new Program(t, path, ["--port", "0", "--address", "0.0.0.0"]);
    assert.equal((await program.exit()).code, 1);
    assert.match(program.stderr, new RegExp(`^${name}: 0\\.0\\.0\\.0 is reached from other machines`));
    assert.match(program.stderr, /say --tls or --tls-self-signed, and --launch-token; or --insecure-lan\n$/);
    const open = new Program(t, path, ["--port", "0", "--address", "0.0.0.0", "--insecure-lan"]);
    assert.equal((await curl(t, `${await open.listening()}/`)).status, 200);
  });

  test(`${name} answers to the names that it was given, and shows the first`, async (t) => {
    const names = ["--host", "device.example", "--host", "other.example"];
    const program = new Program(t, path, ["--port", "0", "--address", "0.0.0.0", "--insecure-lan", ...names]);
    const { hostname, port } = new URL(await program.listening());
    assert.equal(hostname, "device.example");
    const status = async (host) => (await curl(t, "-H", `Host: ${host}:${port}`, `http://127.0.0.1:${port}/`)).status;
    assert.deepEqual(await Promise.all(["device.example", "other.example", "third.example"].map(status)), [200, 200, 421]);
  });

  test(`${name} never serves without the TLS that it was asked for`, async (t) => {
    const program = new Program(t, path, ["--port", "0", "--tls-self-signed", ""]);
    assert.equal((await program.exit()).code, 1);
    assert.equal(program.stderr, `${name}: --tls or --tls-self-signed was given an empty path\n`);
    assert.deepEqual(program.lines, []);
  });

  for (const signal of ["SIGTERM", "SIGINT"]) {
    test(`${name} ends well on ${signal}, with clients there`, async (t) => {
      const program = new Program(t, path, ["--port", "0"]);
      const address = await program.listening();
      const stream = startCurl(t, `${address}/pushwire/sse`);
      const held = startCurl(t, `${address}/pushwire/long-poll?wait_ms=60000`);
      await until("hello", () => stream.lines.includes("event: pushwire.hello"));
      program.signal(signal);
      assert.deepEqual(await program.exit(), { code: 0, signal: null });
      await stream.exit();
      await held.exit();
      assert.ok(stream.lines.includes("event: pushwire.bye"));
      assert.equal(program.stderr, "");
    });
  }
}
