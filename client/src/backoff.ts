const WIDE = 8; // times the first bound

/** Full jitter: every delay is drawn evenly between nothing and a bound that doubles from `firstMs` to `mostMs`. */
export interface Backoff {
  next(): number;
  /** Whether delays were drawn since the last reset. */
  begun(): boolean;
  /** Until the next reset, bounds begin with four seconds and grow by half. Everybody may have lost the same server in
   *  the same moment: drawn from half a second, all of them would be back in one heap. */
  widen(): void;
  reset(): void;
}

export function makeBackoff(firstMs = 500, mostMs = 20_000): Backoff {
  let failures = 0;
  let wide = 1;
  return {
    next: () => Math.random() * Math.min(mostMs, firstMs * wide * (wide > 1 ? 1.5 : 2) ** failures++),
    begun: () => failures > 1,
    widen: () => void (wide = WIDE),
    reset() {
      failures = 0;
      wide = 1;
    },
  };
}
