/** A sequence that looks random and is the same for the same seed (mulberry32). */
export class Random {
  #state;

  constructor(seed) {
    this.#state = Number(seed) >>> 0;
    this.next(); // small seeds that follow each other begin alike
  }

  /** 0 up to but not with 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `first` up to and with `last`. */
  integer(first, last) {
    return first + Math.floor(this.next() * (last - first + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[this.integer(0, list.length - 1)];
  }

  /** Another sequence, which depends on how far this one has got. */
  fork() {
    return new Random(this.integer(0, 2 ** 32 - 1));
  }
}
