// When events are due and what they look like, as bench/pacing/pacer.hpp has it for C++; no clock and no timer here.
// Times are CLOCK_MONOTONIC nanoseconds.

const PAYLOAD_BYTES = 128;
const EARLY_NS = 500_000; // due a little early rather than a period late, where a timer fires before its time

/** What the environment says, in the schedule's words. */
export function paceOf(env) {
  const number = (name, otherwise) => (env[name] ? Number(env[name]) : otherwise);
  return {
    periodNs: number("FAN_PERIOD_US", 10_000) * 1000,
    durationNs: number("FAN_DUR", 10) * 1e9,
    batch: number("FAN_BATCH", 1),
    connections: number("FAN_N", 1),
    window: number("FAN_WINDOW", 64),
    counter: env.FAN_COUNTER,
  };
}

export class Schedule {
  /** No event will be due any more, as of the last call of due(). */
  over = false;

  #pace;
  #total;
  #begun;
  #written = 0;

  constructor(pace) {
    this.#pace = pace;
    this.#total = pace.periodNs ? Math.floor(pace.durationNs / pace.periodNs) * pace.batch : Infinity;
  }

  /** Events to emit now; the first call begins the run. `delivered`: by the load generator, on all connections. */
  due(now, delivered) {
    this.#begun ??= now;
    const { periodNs, durationNs, batch, connections, window } = this.#pace;
    if (!periodNs) {
      this.over = now - this.#begun > durationNs;
      return this.over || this.#written + batch > Math.floor(delivered / connections) + window ? 0 : batch;
    }
    this.over = this.#written >= this.#total;
    const byNow = Math.floor((now - this.#begun + EARLY_NS) / periodNs) * batch;
    return Math.max(0, Math.min(this.#total, byNow) - this.#written);
  }

  /** Milliseconds until it is worth asking again; 0: in the next turn of the loop. */
  waitMs(now, due) {
    if (!this.#pace.periodNs) return due ? 0 : 1;
    return Math.max(0, (this.#nextDue() - now) / 1e6);
  }

  /** The next event's payload; one that is late by more than a period bears the time at which it was due. */
  next(now) {
    const late = this.#pace.periodNs && now > this.#nextDue() + this.#pace.periodNs;
    const head = `{"t":${Math.round(late ? this.#nextDue() : now)},"seq":${++this.#written},"v":"`;
    return `${head.padEnd(PAYLOAD_BYTES - 2, "x")}"}`;
  }

  #nextDue() {
    return this.#begun + (Math.floor(this.#written / this.#pace.batch) + 1) * this.#pace.periodNs;
  }
}
