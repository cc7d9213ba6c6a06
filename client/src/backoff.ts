const WIDE = 6;

/** Full jitter: every delay is drawn evenly between nothing and a bound that doubles from `firstMs` to `mostMs`. */
export class Backoff {
  /** Delays drawn since the last `reset`. */
  failures = 0;
  private wide_ = 1;

  constructor(
    private readonly firstMs_ = 500,
    private readonly mostMs_ = 20_000,
  ) {}

  next(): number {
    return Math.random() * Math.min(this.mostMs_, this.firstMs_ * this.wide_ * 2 ** this.failures++);
  }

  /** Until the next reset. Everybody may have lost the same server in the same moment: drawn from half a second, all of
   *  them would be back in one heap. */
  widen(): void {
    this.wide_ = WIDE;
  }

  reset(): void {
    this.failures = 0;
    this.wide_ = 1;
  }
}
