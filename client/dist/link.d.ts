import { type Advice } from "./attempt.js";
import type { Memory } from "./memory.js";
import type { Item, Reading, Resume, Transport } from "./transports/transport.js";
export interface AttemptReport {
    /** `tab`: by the connection of another tab. */
    transport: string;
    /** Unix milliseconds. */
    at: number;
    delivered: boolean;
    /** Why it ended; undefined while it goes on. */
    cause?: string;
}
export interface LinkStatus {
    state: "connecting" | "connected" | "waiting" | "closed";
    /** While connected. */
    transport?: string;
    /** As last measured; undefined before. */
    roundTripMs?: number;
    /** The last 20, oldest first. */
    attempts: AttemptReport[];
}
/** How a hello, or an answer, begins what follows. */
export interface Beginning {
    transport: string;
    resume: Resume;
    /** Where reading starts; not while a snapshot is due. */
    cursor?: string;
    /** A conversation's first, not a later answer of it. */
    first: boolean;
    /** A silence that is longer means that the connection is dead. */
    silenceMs: number;
    /** The server's transports, where it has said so. */
    offered?: readonly string[];
}
/** What a link gives, in order. */
export type News = {
    begin: Beginning;
} | {
    item: Item;
}
/** Everything up to here has been given. `whole`: so have all states. */
 | {
    upTo: string;
    whole: boolean;
}
/** No connection. `retryMs`: until the next attempt. */
 | {
    lost: string;
    retryMs: number;
    reconnect: Advice["reconnect"];
};
export interface Settings {
    /** Best first. */
    transports: Readonly<Record<string, Transport>>;
    helloTimeoutMs: number;
    headStartMs?: number;
    probeMs: readonly [first: number, most: number];
    backoffMs?: readonly [first: number, most: number];
}
/** Keeps one connection to a server, by the best transport that gets through. */
export interface Link {
    status(): LinkStatus;
    start(): void;
    /** Without a word to anybody; `start` goes on where this left off. */
    stop(cause: string): void;
    /** Reads by this transport only; undefined: by the best. Reading goes on as it is until that delivers. */
    use(transport?: string): void;
    /** Says a client frame in-band; false where the connection does not go both ways. */
    say(frame: object): boolean;
    /** What is asked for has changed. Gives whether `frame` told the server so, in-band. */
    renew(frame: object): boolean;
    /** Time may have stood still, and (`changed`) the network may be another one: what is due is done now. */
    look(changed: boolean): void;
}
export declare function makeLink(settings: Settings, reading: Reading, memory: Memory, hear: (news: News) => void, onSession: (token: string) => void): Link;
