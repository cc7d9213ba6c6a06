import { once } from "node:events";
import { createInterface } from "node:readline";
import { start } from "../children.mjs";

/** A server in a process of its own, told by lines (servers/lines.mjs). Its numbers go on over all its lives. */
export class ServerProcess {
  /** The number that is emitted next. */
  next = 0;
  port = 0;

  #command;
  #begin;
  #child;
  #answers = []; // resolvers

  /** `command(port)`: what to start, as `[program, ...arguments]`; `begin`: lines that each life begins with. */
  constructor(command, begin = []) {
    this.#command = command;
    this.#begin = begin;
  }

  /** On any free port the first time, and then on that one. */
  async start() {
    const [program, ...args] = this.#command(this.port);
    const child = start(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    child.stdin.on("error", () => {}); // it was killed
    child.once("close", () => this.#answers.splice(0).forEach((answer) => answer()));
    const lines = createInterface({ input: child.stdout });
    const first = once(lines, "line");
    const failed = once(child, "close").then(() => Promise.reject(new Error(`${program} has ended`)));
    failed.catch(() => {});
    const [line] = await Promise.race([first, failed]);
    this.port = Number(new URL(line.replace("listening on ", "")).port);
    lines.on("line", () => this.#answers.shift()?.());
    for (const command of this.#begin) await this.#ask(command);
  }

  /** Resolves when the server has emitted it. */
  emit() {
    return this.#ask(`emit counter ${this.next++}`);
  }

  /** Without a word to its clients. */
  async kill() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  #ask(command) {
    return new Promise((answered) => {
      this.#answers.push(answered);
      this.#child.stdin.write(`${command}\n`);
    });
  }
}
