/** Full jitter: every delay is drawn evenly between nothing and a bound that doubles from `firstMs` to `mostMs`. */
export declare class Backoff {
    private readonly firstMs;
    private readonly mostMs;
    private readonly random;
    /** Delays drawn since the last `reset`. */
    failures: number;
    constructor(firstMs?: number, mostMs?: number, random?: () => number);
    next(): number;
    reset(): void;
}
