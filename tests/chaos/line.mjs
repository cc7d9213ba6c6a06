import { pieceBytes } from "./faults.mjs";

const FULL = 256 * 1024; // bytes on their way; with more, the sender is not read from, as a network would have it
const TICK_MS = 20; // between the pieces of a drip

/** One direction of a connection: bytes reach `target` in the order in which they were written, each piece when and as
 *  the faults of the moment let it. `shape()` tells those: `{freeze, delay, drip, split}`, each as far as there is one.
 *  `source` is not read from while too much is on its way. */
export class Line {
  #target;
  #source;
  #shape;
  #queue = []; // {bytes, dueAt} or {finish, dueAt}
  #queued = 0; // bytes in it
  #nextAt = 0;
  #timer;
  #immediate;
  #finishing = false;

  constructor({ target, source, shape }) {
    this.#target = target;
    this.#source = source;
    this.#shape = shape;
    target.on("drain", () => this.#relax());
  }

  write(bytes) {
    if (this.#finishing || !bytes.length) return;
    this.#queued += bytes.length;
    this.#push({ bytes });
    if (this.#queued + this.#target.writableLength > FULL) this.#source.pause();
  }

  /** Behind everything that was written: "end" sends a FIN, "close" also stops reading, "reset" sends an RST. */
  finish(how) {
    if (this.#finishing) return;
    this.#finishing = how !== "end";
    this.#push({ finish: how });
  }

  /** At once, with what was written before left out. */
  abandon(how) {
    this.#finishing = true;
    this.#queue = [];
    this.#stop();
    finish(this.#target, how);
  }

  /** To be called when the faults have changed. */
  wake() {
    if (!this.#immediate) this.#work();
  }

  #push(item) {
    const { delay } = this.#shape();
    this.#queue.push({ ...item, dueAt: delay ? performance.now() + delay.ms : 0 });
    this.wake();
  }

  #work = () => {
    this.#stop();
    while (this.#queue.length && !this.#target.destroyed) {
      const shape = this.#shape();
      const waitMs = this.#waitMs(shape);
      if (waitMs > 0) {
        if (waitMs < Infinity) this.#timer = setTimeout(this.#work, Math.ceil(waitMs));
        return;
      }
      const [{ bytes, finish: how }] = this.#queue;
      if (how) {
        this.#queue.shift();
        finish(this.#target, how);
        continue;
      }
      this.#send(bytes, shape);
      if (shape.split && this.#queue.length) {
        this.#immediate = setImmediate(this.#work); // so that it is a packet of its own
        return;
      }
    }
    this.#relax();
  };

  #waitMs({ freeze }) {
    const now = performance.now();
    let waitMs = Math.max(this.#queue[0].dueAt, this.#nextAt) - now;
    if (freeze) {
      const from = freeze.since + (freeze.afterMs ?? 0);
      const until = from + (freeze.ms ?? Infinity);
      if (now >= from && now < until) waitMs = Math.max(waitMs, until - now);
    }
    return waitMs;
  }

  #send(bytes, { drip, split }) {
    let size = bytes.length;
    if (split) size = Math.min(size, pieceBytes(split));
    if (drip) {
      size = Math.min(size, Math.ceil((drip.bytesPerSecond * TICK_MS) / 1000));
      this.#nextAt = performance.now() + (size / drip.bytesPerSecond) * 1000;
    }
    this.#target.write(bytes.subarray(0, size));
    this.#queued -= size;
    if (size === bytes.length) this.#queue.shift();
    else this.#queue[0].bytes = bytes.subarray(size);
  }

  #relax() {
    if (this.#queued + this.#target.writableLength < FULL / 2) this.#source.resume();
  }

  #stop() {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }
}

function finish(socket, how) {
  // libuv refuses a reset while a FIN waits for its turn, and Node then never closes the socket.
  const finishing = socket.writableEnded && !socket.writableFinished;
  if (how === "reset" && finishing) socket.destroy();
  else if (how === "reset") socket.resetAndDestroy();
  else if (how === "close") socket.destroySoon();
  else socket.end();
}
