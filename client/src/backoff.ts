/** Full jitter: every delay is drawn evenly between nothing and a bound that doubles from `firstMs` to `mostMs`. */
export class Backoff {
  /** Delays drawn since the last `reset`. */
  failures = 0;

  constructor(
    private readonly firstMs = 500,
    private readonly mostMs = 20_000,
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    return this.random() * Math.min(this.mostMs, this.firstMs * 2 ** this.failures++);
  }

  reset(): void {
    this.failures = 0;
  }
}
