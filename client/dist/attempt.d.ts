import type { Ending, Item, Reading, Transport } from "./transports/transport.js";
/** What the server wishes to happen after it has ended a connection. */
export interface Advice {
    reconnect: "resume" | "fresh" | "never";
    afterMs: number;
}
export interface Outcome extends Ending {
    cause: string;
    /** How long it had delivered, and for how long nothing had passed at the end. */
    livedMs: number;
    quietMs: number;
    /** We ended it ourselves. */
    ours?: boolean;
    advice?: Advice;
}
export interface AttemptReport {
    /** `tab`: by the connection of another tab. */
    transport: string;
    /** Unix milliseconds. */
    at: number;
    /** Hello, or a first answer, has come. */
    delivered: boolean;
    /** Why it ended; undefined while it goes on. */
    cause?: string;
}
/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export interface Attempt {
    readonly name: string;
    readonly report: AttemptReport;
    readonly ended: Promise<Outcome>;
    over: boolean;
    /** Hello has come. */
    deliver(heartbeatMs: number): void;
    /** Says a client frame; false where only requests can. Without one: whether it could. */
    say(frame?: object): boolean;
    /** Ends what has been silent for too long; but what a page received while it stood still comes after its timers, so
     *  judgement waits a little. */
    look(): void;
    /** It had its time to deliver. A stream whose head came and no byte behind it is held back by somebody. */
    giveUp(): void;
    /** Idempotent; the first cause counts. */
    end(cause: string, more?: Partial<Outcome>): void;
}
export declare function makeAttempt(name: string, transport: Transport, reading: Reading, helloTimeoutMs: number, onItem: (attempt: Attempt, item: Item) => void, onRoundTrip: (ms: number) => void): Attempt;
