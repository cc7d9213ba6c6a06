import { Program, programs } from "./program.mjs";
import { until } from "./until.mjs";

/** The test host (host/commands.hpp has its commands): `await host.ask("emit counter 5")`. */
export class Host extends Program {
  #asked = 0;

  static async start(t, ...args) {
    const host = new Host(t, programs.host, args);
    host.address = await host.listening();
    return host;
  }

  get port() {
    return Number(new URL(this.address).port);
  }

  async ask(command) {
    const at = ++this.#asked; // behind the first line
    this.write(`${command}\n`);
    await until(
      () => `an answer to ${command}; stderr: ${this.stderr}`,
      () => this.lines.length > at,
    );
    const answer = JSON.parse(this.lines[at]);
    if (answer.error || (answer.status && answer.status !== "ok")) throw new Error(`${command}: ${this.lines[at]}`);
    return answer;
  }

  /** Emits, in this order. */
  async askAll(...commands) {
    for (const command of commands) await this.ask(command);
  }

  async conversations(transport) {
    return (await this.ask("stats")).conversations[transport];
  }
}
