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
export declare function makeBackoff(firstMs?: number, mostMs?: number): Backoff;
