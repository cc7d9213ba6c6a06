// The measured server: pinned to core 0, in a process group of its own, and gone after the run.
import { existsSync, openSync, closeSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { end, start } from "../children.mjs";
import { bin, fill, folderOf, logs, peers } from "./place.mjs";

const DEADLINE_MS = 10_000; // to be listened to
const SETTLE_MS = 300; // until what starts with it is done

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

const answers = (port) =>
  new Promise((settle) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), settle(true)));
    socket.once("error", () => settle(false));
  });

const firstChild = (pid) =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || pid;

async function stop(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  end(child);
  await closed;
}

export class Server {
  #child;
  #publisher;

  /** Rejects when it does not listen in time. */
  async start(program, workload, environment, body) {
    const port = await freePort();
    const folder = folderOf(program.name);
    const blanks = { PORT: port, FOLDER: folder, BODY: body, MODULE: "/usr/lib/nginx/modules/ngx_nchan_module.so" };
    const place = { port, bin, peers, fill: (template) => fill(template, folder, blanks) };
    const [command, ...args] = program.command(place, workload);
    if (command.startsWith("/") && !existsSync(command)) throw new Error("is not built");
    const log = openSync(join(logs, `${program.name}.log`), "a");
    const env = { ...process.env, ...environment, ...(body && { FAN_BODY: body }) };
    const pinned = ["-c", "0", command, ...args.map(String)];
    this.#child = start("taskset", pinned, { detached: true, env, cwd: folder, stdio: ["ignore", log, log] });
    closeSync(log);
    this.port = port;
    await this.#listening();
    await pause(SETTLE_MS);
    this.pid = program.worker ? firstChild(this.#child.pid) : this.#child.pid;
    this.emitter = this.#child.pid;
    if (program.publisher && workload.kind === "fan-out") await this.#feed(program.publisher, env);
  }

  async stop() {
    await stop(this.#publisher);
    await stop(this.#child);
  }

  async #listening() {
    for (const until = Date.now() + DEADLINE_MS; Date.now() < until; await pause(50)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error("ended at once");
      if (await answers(this.port)) return;
    }
    throw new Error("does not listen");
  }

  /** What emits instead of it: on the load generator's core. */
  async #feed(publisher, env) {
    const args = ["-c", "1", process.execPath, join(peers, publisher), `ws://127.0.0.1:${this.port}/publish`];
    this.#publisher = start("taskset", args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(this.#publisher, "close").then(() => Promise.reject(new Error("its publisher has ended")));
    ended.catch(() => {});
    await Promise.race([once(createInterface({ input: this.#publisher.stdout }), "line"), ended]);
    this.emitter = this.#publisher.pid;
  }
}
