import { type Answer, type Ending, type Item, type Reading, type Transport } from "./transports/transport.js";
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
export interface Receiver {
    item(attempt: Attempt, item: Item): void;
    answer(attempt: Attempt, answer: Answer | undefined): void;
    roundTrip(ms: number): void;
}
/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export interface Attempt {
    readonly name: string;
    readonly at: number;
    readonly ended: Promise<Outcome>;
    /** Hello, or a first answer, has come. */
    delivered: boolean;
    over: boolean;
    cause?: string;
    silenceMs: number;
    deliver(heartbeatMs?: number): void;
    /** Says a client frame; false where only requests can. */
    say(frame: object): boolean;
    /** Ends what has been silent for too long. What a page received while it stood still comes after its timers: when this
     *  is late, judgement waits a little more. */
    look(): void;
    /** It had its time to deliver. A stream whose head came but nothing behind it is held back by somebody. */
    giveUp(): void;
    /** Idempotent; the first cause counts. */
    end(cause: string, more?: Partial<Outcome>): void;
}
export declare function makeAttempt(name: string, transport: Transport, reading: Reading, receiver: Receiver, helloTimeoutMs: number): Attempt;
