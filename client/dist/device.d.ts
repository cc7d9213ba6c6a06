import { type Handler } from "./handlers.js";
import type { HostEvent, Resume, TransportName } from "./transports/transport.js";
export interface Options {
    /** Which to try, in this order; all four unless told otherwise. */
    transports?: readonly TransportName[];
    /** Event types to read: exact names or `sensor.*`. All that the client may see, unless told otherwise. */
    events?: readonly string[];
    /** Where a newcomer begins: with the states and what follows (`latest`), or with everything that is kept
     *  (`earliest`). `latest` unless told otherwise. */
    after?: "latest" | "earliest";
    /** Between two polls; 1000, and at least 50. */
    pollIntervalMs?: number;
    /** A transport that delivers nothing for so long has failed; 4000. */
    helloTimeoutMs?: number;
    /** Bounds of the first and of the longest delay between attempts; 500 and 20,000. */
    backoffMs?: readonly [first: number, most: number];
    /** Whether events carry their time of emission. */
    at?: boolean;
}
/** What happens to the connection, as events of their own. */
export interface Lifecycle {
    /** A connection is there, the first one or after `disconnected`. */
    connected: {
        transport: TransportName;
        resume: Resume;
    };
    /** Reading goes on by another transport, from the same cursor. */
    switched: {
        from: TransportName;
        to: TransportName;
    };
    /** Events of these types, after `from` up to and with `to`, are gone: they were not kept for long enough. Their
     *  states may be given again. */
    gap: {
        types: string[];
        from: string;
        to: string;
    };
    /** What was received so far belongs to another life of the log (the process restarted, or rights changed): what still
     *  holds is given again from here on. */
    reset: {
        cursor?: string;
    };
    /** The connection is lost. `retryMs`: when the next attempt begins; undefined: never, at the server's wish. */
    disconnected: {
        transport?: TransportName;
        cause: string;
        retryMs?: number;
    };
}
export interface AttemptReport {
    transport: TransportName;
    /** Unix milliseconds. */
    at: number;
    delivered: boolean;
    /** Why it ended; undefined while it goes on. */
    cause?: string;
}
export interface Status {
    state: "connecting" | "connected" | "waiting" | "closed";
    /** While connected. */
    transport?: TransportName;
    cursor?: string;
    /** The last 20, oldest first. */
    attempts: AttemptReport[];
}
type Names<Events> = keyof Events & string;
/** One server's events, each once and in order, by whichever transport gets through. */
export declare class Device<Events extends object = Record<string, any>> {
    private readonly transports;
    private readonly handlers;
    private readonly backoff;
    private readonly reading;
    private readonly order;
    private readonly helloTimeoutMs;
    private readonly reports;
    private delivery;
    private session?;
    private state;
    private attempt?;
    private attempting?;
    private pinned?;
    private last?;
    private worked?;
    private rounds;
    private announced;
    private resetDue;
    private resetTold;
    private hurried;
    private wake;
    /** Calls `handler` with every event of a type, or with what happens to the connection (see `Lifecycle`). A host's
     *  event type of such a name, or one that begins with `event:`, is reached as `event:<type>`. Events that came before
     *  are not given again. Returns what ends it. */
    on<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
    on<Name extends Names<Events>>(name: Name | `event:${Name}`, handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown): () => void;
    /** As `on`, for the first one only. */
    once<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
    once<Name extends Names<Events>>(name: Name | `event:${Name}`, handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown): () => void;
    /** Ends what `on` or `once` began; without a handler, for all of that name. */
    off(name: keyof Lifecycle | Names<Events> | `event:${Names<Events>}`, handler?: Handler): void;
    /** Calls `handler` with the events of all types, after the type's own handlers. */
    onAny(handler: (event: HostEvent<Events[Names<Events>]>) => unknown): () => void;
    status(): Status;
    /** Reads by this transport only, from the cursor on, until told otherwise; "auto" goes back to the order. */
    use(transport: TransportName | "auto"): void;
    /** For good; no handler is called any more. */
    close(): void;
    private known;
    private get closed();
    private run;
    private ladder;
    private converse;
    private rest;
    private readonly receiver;
    /** What a hello or an answer says about how reading goes on. */
    private begin;
    private deliver;
    private heed;
}
export {};
