import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, quietPort, root } from "../../browser/support/program.mjs";
import { until } from "../../browser/support/until.mjs";
import { kinds } from "./kinds.mjs";

/** A recipe of docs/proxies, as it is published. */
export const recipe = (kind) => readFileSync(join(root, "docs/proxies", kinds[kind].recipe), "utf8");

/** A real proxy before one server. */
export class ReverseProxy {
  #t;
  #kind;
  #config;
  #program;
  #port;

  /** Listens already. `config` is written as the recipes are: it listens on 8080 and asks 127.0.0.1:9000. */
  static async start(t, kind, host, config = recipe(kind)) {
    const proxy = new ReverseProxy();
    proxy.#t = t;
    proxy.#kind = kinds[kind];
    proxy.#port = await quietPort();
    proxy.#config = put(put(config, "8080", proxy.#port), "127.0.0.1:9000", `127.0.0.1:${host.port}`);
    await proxy.#run();
    return proxy;
  }

  get address() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Has it read its configuration again; done when it has. */
  reload() {
    return this.#kind.reload(this);
  }

  /** Breaks off in the middle of everything, and is there again. */
  async restart() {
    await this.#program.kill();
    await this.#run();
  }

  /** To the proxy's first process alone. */
  signal(name) {
    this.#program.child.kill(name);
  }

  log() {
    const file = join(this.folder, this.#kind.log ?? "none");
    return this.#program.stderr + (existsSync(file) ? readFileSync(file, "utf8") : "");
  }

  until(what, condition) {
    return until(() => `${what}; the proxy's log: ${this.log()}`, condition);
  }

  async #run() {
    this.folder = mkdtempSync(join(tmpdir(), "pushwire-proxy-"));
    const [path, ...args] = await this.#kind.command(this.folder, this.#config);
    this.#program = new Program(this.#t, path, args, { group: true });
    const { folder } = this;
    this.#t.after(() => rmSync(folder, { recursive: true, force: true }));
    let ended;
    this.#program.ended.then((how) => (ended = how));
    await this.until(`${path} listens`, async () => {
      if (ended) throw new Error(`${path} ended with ${JSON.stringify(ended)}: ${this.log()}`);
      return listens(this.#port);
    });
  }
}

/** `text` with every `old` replaced; a configuration that lacks one would lead anywhere. */
function put(text, old, put) {
  if (!text.includes(old)) throw new Error(`a configuration without ${old}`);
  return text.replaceAll(old, put);
}

async function listens(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
