// The faults that a proxy can be given, and which of them strikes which request. README.md says what each does.
// Knows no socket.
import { transports } from "./http-sniff.mjs";
import { Random } from "./random.mjs";

/** The options of each kind beside `on`, `upgrade`, `chance` and `times`, which all have. Where a number is expected,
 *  `[from, to]` is a range: the number is drawn for each request, or anew for each piece of `split`. */
export const kinds = {
  refuse: ["how"],
  "hang-up": ["how"],
  answer: ["status", "retryAfterS"],
  swallow: ["ms"],
  "swallow-after-head": [],
  "strip-upgrade": [],
  buffer: ["until", "bytes", "ms", "head", "passBytes", "upgraded"],
  kill: ["from", "afterMs", "how"],
  "cut-after": ["bytes", "how"],
  "cut-idle": ["ms", "how"],
  split: ["bytes", "way"],
  drip: ["bytesPerSecond", "way"],
  delay: ["ms", "way"],
  freeze: ["afterMs", "ms", "way"],
};

const needed = { answer: ["status"], kill: ["afterMs"], "cut-after": ["bytes"], "cut-idle": ["ms"], split: ["bytes"] };
Object.assign(needed, { drip: ["bytesPerSecond"], delay: ["ms"] });
const general = ["kind", "on", "upgrade", "chance", "times"];
const names = [...transports, "other"];

export class Faults {
  /** Called after every change. */
  changed = () => {};

  #held = [];
  #random;

  constructor(seed) {
    this.#random = new Random(seed);
  }

  /** In force at once, also for connections that are open. Returns what `remove` takes. A fault that could never strike
   *  as it is written is a TypeError, since a test with it would prove nothing. */
  add(fault) {
    check(fault);
    const held = { on: "any", chance: 1, ...fault, left: fault.times ?? Infinity, random: this.#random.fork() };
    this.#held.push(held);
    this.changed();
    return held;
  }

  remove(held) {
    this.#held = this.#held.filter((other) => other !== held);
    this.changed();
  }

  clear() {
    this.#held = [];
    this.changed();
  }

  /** The fault of that kind which strikes this target, with its numbers drawn and the time of the draw as `since`;
   *  undefined when none does. A target is a request: `{transport, upgrade, drawn: new Map()}`; what was drawn for it
   *  once stays, for as long as the fault does. */
  find(kind, target) {
    for (const held of this.#held) {
      if (held.kind !== kind || !concerns(held, target)) continue;
      if (!target.drawn.has(held)) target.drawn.set(held, draw(held));
      const drawn = target.drawn.get(held);
      if (drawn) return drawn;
    }
    return undefined;
  }
}

function check(fault) {
  const options = kinds[fault.kind];
  if (!options) throw new TypeError(`no such fault: ${fault.kind}`);
  const known = [...general, ...options];
  const odd = Object.keys(fault).find((option) => !known.includes(option));
  if (odd) throw new TypeError(`${fault.kind} has no option ${odd}`);
  const missing = (needed[fault.kind] ?? []).find((option) => fault[option] === undefined);
  if (missing) throw new TypeError(`${fault.kind} needs ${missing}`);
  if (fault.kind === "buffer" && !fault.bytes && !fault.ms && fault.until !== "end") {
    throw new TypeError("buffer needs until: \"end\", bytes or ms");
  }
  const where = [fault.on ?? "any"].flat().find((name) => name !== "any" && !names.includes(name));
  if (where) throw new TypeError(`no such transport: ${where}`);
  if (fault.kind === "refuse" && fault.on && fault.on !== "any") {
    throw new TypeError("what a connection is for is not known yet when it is refused");
  }
}

function concerns({ on, upgrade }, target) {
  if (upgrade !== undefined && upgrade !== target.upgrade) return false;
  return [on].flat().some((name) => name === "any" || name === target.transport);
}

function draw(held) {
  if (held.left < 1 || !held.random.chance(held.chance)) return undefined;
  --held.left;
  const drawn = { ...held, since: performance.now() };
  for (const option of kinds[held.kind]) {
    if (Array.isArray(held[option]) && held.kind !== "split") drawn[option] = held.random.integer(...held[option]);
  }
  return drawn;
}

/** The size of the next piece of a `split` that was found. */
export function pieceBytes({ bytes, random }) {
  return Array.isArray(bytes) ? random.integer(...bytes) : bytes;
}
