/** Full jitter: every delay is drawn evenly between nothing and a bound that doubles from `firstMs` to `mostMs`. */
export declare class Backoff {
    private readonly firstMs_;
    private readonly mostMs_;
    /** Delays drawn since the last `reset`. */
    failures: number;
    private wide_;
    constructor(firstMs_?: number, mostMs_?: number);
    next(): number;
    /** Until the next reset. Everybody may have lost the same server in the same moment: drawn from half a second, all of
     *  them would be back in one heap. */
    widen(): void;
    reset(): void;
}
