import { type AttemptReport } from "./attempt.js";
import type { Memory } from "./memory.js";
import type { Item, Reading, Transport } from "./transports/transport.js";
export interface LinkStatus {
    state: "connecting" | "connected" | "waiting" | "closed";
    /** While connected. */
    transport?: string;
    /** As last measured; undefined before. */
    roundTripMs?: number;
    /** The last 20, oldest first. */
    attempts: AttemptReport[];
}
export interface Settings {
    /** Best first. */
    transports: Readonly<Record<string, Transport>>;
    helloTimeoutMs?: number;
    headStartMs?: number;
    probeMs?: readonly [first: number, most: number];
    backoffMs?: readonly [first: number, most: number];
}
/** Keeps one connection to a server, by the best transport that gets through. */
export interface Link {
    status(): LinkStatus;
    start(): void;
    /** Without a word to anybody; `start` goes on where this left off. */
    stop(cause: string): void;
    /** Reads by this transport only; undefined: by the best, which is looked for while reading goes on. */
    use(transport?: string): void;
    /** Says a client frame in-band; false where the connection does not go both ways. Without one: whether it does. */
    say(frame?: object): boolean;
    /** What is asked for has changed. Gives whether `frame` told the server so, in-band. */
    renew(frame?: object): boolean;
    /** Time may have stood still, and (`changed`) the network may be another one: what is due is done now. */
    look(changed: boolean): void;
}
/** `hear` gets every conversation's items in order, and all ends as a `bye`: with its `cause`, and with `after_ms` until
 *  the next attempt. A hello names the transport as `via`. */
export declare function makeLink(settings: Settings, reading: Reading, memory: Memory, hear: (item: Item) => void): Link;
