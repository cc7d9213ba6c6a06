import { transports } from "./http-sniff.mjs";

/** What a proxy saw and did. */
export class Record {
  /** `{opened, open, at}`; `at`: when they came, in Unix milliseconds. */
  connections = { opened: 0, open: 0, at: [] };
  /** How many requests each kind of fault has shown in (for `refuse`, connections). */
  acted = {};

  /** For each transport, and for what is "other" (`seen.sse`): `connections` that have carried it, `requests`,
   *  `upgrades` (a 101 came), `open` (requests whose answer goes on), `at` (when they came). */
  constructor() {
    for (const name of [...transports, "other"]) {
      this[name] = { connections: 0, requests: 0, upgrades: 0, open: 0, at: [] };
    }
  }

  connect() {
    ++this.connections.opened;
    ++this.connections.open;
    this.connections.at.push(Date.now());
  }

  disconnect() {
    --this.connections.open;
  }

  carry(transport) {
    ++this[transport].connections;
  }

  begin(transport) {
    ++this[transport].requests;
    ++this[transport].open;
    this[transport].at.push(Date.now());
  }

  upgrade(transport) {
    ++this[transport].upgrades;
  }

  end(transport) {
    --this[transport].open;
  }

  act(kind) {
    this.acted[kind] = (this.acted[kind] ?? 0) + 1;
  }
}
