// Programs that the tests start. None outlives its test, nor the test's process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { until, within } from "./until.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const build = resolve(root, process.env.PUSHWIRE_BUILD_DIR ?? "build/test");

export const programs = {
  host: join(build, "tests/browser/pushwire-test-host"),
  monitor: join(build, "samples/device_monitor/pushwire-device-monitor"),
  pipe: join(build, "samples/pipe/pushwire-pipe"),
  wsEcho: join(build, "tests/tools/pushwire-ws-echo"),
};

const running = new Set();
process.on("exit", () => running.forEach((program) => program.signal("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
// A connection that a broken client never closes would keep the test's process alive for good.
after(() => setTimeout(() => process.exit(1), 10_000).unref());

export class Program {
  /** Whole lines of the standard output, and the text of the standard error so far. */
  lines = [];
  stderr = "";
  /** Promises of `{code, signal}`. */
  ended;

  #group;

  /** Started at once; ends with the test of context `t`, and with `group` so do the programs that it starts itself. */
  constructor(t, path, args = [], { group = false } = {}) {
    this.child = spawn(path, args, { stdio: ["pipe", "pipe", "pipe"], detached: group });
    this.#group = group;
    running.add(this);
    this.child.stdin.on("error", () => {}); // a program that has ended reads no more
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    createInterface({ input: this.child.stdout }).on("line", (line) => this.lines.push(line));
    this.ended = new Promise((settle) => {
      this.child.once("error", ({ message }) => settle({ error: `${message}: is it built, in PUSHWIRE_BUILD_DIR?` }));
      this.child.once("close", (code, signal) => settle({ code, signal }));
    }).finally(() => running.delete(this));
    t.after(() => this.kill());
  }

  /** The address in the first line, without the slash at its end. */
  async listening() {
    let ended;
    this.ended.then((how) => (ended = how));
    await until(
      () => `a first line of ${this.child.spawnfile}; its stderr: ${this.stderr}`,
      () => this.lines.length > 0 || ended,
    );
    const address = /^listening on ((?:https?|ws):\/\/\S+)\/$/.exec(this.lines[0] ?? "")?.[1];
    if (!address) {
      const known = [this.child.spawnfile, JSON.stringify(ended), this.lines[0], this.stderr];
      throw new Error(known.filter(Boolean).join(" "));
    }
    return address;
  }

  write(text) {
    this.child.stdin.write(text);
  }

  closeInput() {
    this.child.stdin.end();
  }

  signal(name) {
    if (!this.#group || !this.child.pid) return this.child.kill(name);
    try {
      process.kill(-this.child.pid, name);
    } catch {
      // it has ended
    }
  }

  /** How it ended: `{code, signal}`. */
  exit() {
    return within(`the end of ${this.child.spawnfile}`, this.ended);
  }

  async kill() {
    this.signal("SIGKILL");
    await this.ended;
  }
}

/** A port that nobody listens on, and that nobody is given who asks for any: those begin at 32768. */
export async function quietPort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    try {
      probe.listen(port, "127.0.0.1");
      await once(probe, "listening");
      return port;
    } catch {
      // taken
    } finally {
      probe.close();
    }
  }
}
