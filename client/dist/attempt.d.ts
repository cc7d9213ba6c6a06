import { type Answer, type Item, type Reading, type Transport } from "./transports/transport.js";
/** What the server wishes to happen after it has ended a connection. */
export interface Advice {
    reconnect: "resume" | "fresh" | "never";
    afterMs: number;
}
export interface Outcome {
    /** Whether hello, or a first answer, had come. */
    delivered: boolean;
    /** For how long it had delivered. */
    livedMs: number;
    cause: string;
    advice?: Advice;
    /** The server's wish not to be asked again before. */
    afterMs?: number;
}
export interface Receiver {
    item(attempt: Attempt, item: Item): void;
    answer(attempt: Attempt, answer: Answer | undefined): void;
}
/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export declare class Attempt {
    readonly ended: Promise<Outcome>;
    over: boolean;
    private settle;
    private conversation?;
    private readonly helloTimer;
    private watch?;
    private heardAt;
    private deliveredAt?;
    private readonly silenceMs?;
    constructor(transport: Transport, reading: Reading, receiver: Receiver, helloTimeoutMs: number);
    get delivered(): boolean;
    /** Hello, or a first answer, has come. */
    deliver(heartbeatMs?: number): void;
    /** Idempotent; the first cause counts. */
    end(cause: string, more?: Pick<Outcome, "advice" | "afterMs">): void;
}
