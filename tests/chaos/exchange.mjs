import { isUpgrade, transportOf } from "./http-sniff.mjs";

/** One request and what answers it: the faults that act on the parts of a response before they go on their way to the
 *  client. The connection gives `write` and `cut` for that way. */
export class Exchange {
  /** What faults were drawn; see `Faults.find`. */
  drawn = new Map();
  transport;
  upgrade; // asked for
  upgraded = false; // and granted
  silent = false; // nothing passes any more, in either direction, and an end of the server's is not passed on either
  requestDone = false;

  #faults;
  #record;
  #way;
  #held = []; // by `buffer`
  #flushTimer;
  #killTimer;
  #bodyBytes = 0; // of the response, as they came
  #passed = 0; // bytes of the response that went on
  #acted = new Set();
  #over = false;

  constructor(head, { faults, record, classify = ({ first }) => transportOf(first[1] ?? ""), way }) {
    this.transport = classify(head);
    this.upgrade = isUpgrade(head);
    this.#faults = faults;
    this.#record = record;
    this.#way = way;
    record.begin(this.transport);
  }

  fault(kind) {
    return this.#faults.find(kind, this);
  }

  /** Notes, once for each kind, that a fault has shown. */
  acted(kind) {
    if (this.#acted.has(kind)) return;
    this.#acted.add(kind);
    this.#record.act(kind);
  }

  head({ first }, bytes) {
    const status = Number(first[1]);
    if (status === 101) {
      this.upgraded = true;
      this.#record.upgrade(this.transport);
    }
    this.#pass(bytes, "head");
    if (status < 200 && status !== 101) return;
    this.#killLater("head");
    if (!this.fault("swallow-after-head")) return;
    this.silent = true;
    this.acted("swallow-after-head");
  }

  body(bytes) {
    if (this.silent) return;
    this.#pass(bytes, "body");
    this.#killLater("body");
  }

  /** Lets go what is held. */
  flush() {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#write(held);
  }

  /** To be called when the faults have changed. */
  retune() {
    if (this.#held.length && !this.#buffer("body")) this.flush();
  }

  /** The response is over, or the connection is. */
  close() {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#killTimer);
    this.#record.end(this.transport);
  }

  #buffer(part) {
    const buffer = this.fault("buffer");
    if (!buffer || (this.upgraded && !buffer.upgraded)) return undefined;
    return part === "body" || buffer.head === "hold" ? buffer : undefined;
  }

  #pass(bytes, part) {
    const buffer = this.#buffer(part);
    if (part === "body") this.#bodyBytes += bytes.length;
    if (!buffer || (part === "body" && this.#bodyBytes <= (buffer.passBytes ?? 0))) {
      this.flush();
      return this.#write(bytes);
    }
    this.acted("buffer");
    this.#held.push(bytes);
    if (buffer.bytes) this.#flushWholes(buffer.bytes);
    if (buffer.ms) this.#flushTimer ??= setTimeout(() => this.flush(), buffer.ms);
  }

  #flushWholes(size) {
    let held = Buffer.concat(this.#held);
    for (; held.length >= size; held = held.subarray(size)) this.#write(held.subarray(0, size));
    this.#held = held.length ? [held] : [];
  }

  #write(bytes) {
    if (!bytes.length) return;
    const cut = this.fault("cut-after");
    const left = cut ? cut.bytes - this.#passed : Infinity;
    this.#passed += bytes.length;
    this.#way.write(left < bytes.length ? bytes.subarray(0, Math.max(0, left)) : bytes);
    if (left > bytes.length) return;
    this.acted("cut-after");
    this.#way.cut(cut.how);
  }

  #killLater(part) {
    const kill = this.fault("kill");
    if (this.#killTimer || !kill || (kill.from ?? "head") !== part) return;
    this.#killTimer = setTimeout(() => {
      this.acted("kill");
      this.#way.cut(kill.how);
    }, kill.afterMs);
  }
}
