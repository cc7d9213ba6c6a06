import { type Gap } from "./delivery.js";
import { type LinkStatus } from "./link.js";
import { type RequestOptions } from "./outbox.js";
import { type HostEvent, type Resume, type Transport, type TransportName } from "./transports/transport.js";
export interface Options {
    /** Which to try, best first; all four unless told otherwise. */
    transports?: readonly TransportName[];
    /** Event types to read: exact names or `sensor.*`. All that the client may see, unless told otherwise. `subscribe`
     *  changes it. */
    events?: readonly string[];
    /** Where a newcomer begins: with the states and what follows (`latest`), or with everything that is kept
     *  (`earliest`). `latest` unless told otherwise. */
    after?: "latest" | "earliest";
    /** Whether events carry their time of emission. */
    at?: boolean;
    /** Whether the tabs of this origin read by one connection. Yes, unless told otherwise. */
    share?: boolean;
    /** Between two polls; 1000, and at least 50. */
    pollIntervalMs?: number;
    /** A transport that delivers nothing for so long has failed; 10,000. */
    helloTimeoutMs?: number;
    /** For how long a transport is waited for before the next one is tried as well. Four round trips, but 500 to 2000,
     *  unless told otherwise; 1000 as long as no round trip is known. */
    headStartMs?: number;
    /** Bounds of the first and of the longest pause before better transports are tried again; 5000 and 120,000. */
    probeMs?: readonly [first: number, most: number];
    /** Bounds of the first and of the longest delay between attempts; 500 and 20,000. */
    backoffMs?: readonly [first: number, most: number];
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
    gap: Gap;
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
export interface Status extends LinkStatus {
    /** While connected. */
    transport?: TransportName;
    cursor?: string;
    /** Whether this tab has its connection to itself, holds one for others as well, or reads by another tab's. */
    role: "alone" | "leader" | "follower";
}
type Names<Events> = keyof Events & string;
/** One server's events, each once and in order, by whichever transport gets through. */
export interface Device<Events extends object = Record<string, any>> {
    /** Calls `handler` with every event of a type, or with what happens to the connection (see `Lifecycle`). A host's
     *  event type of such a name, or one that begins with `event:`, is reached as `event:<type>`. Events that came before
     *  are not given again. Returns what ends it. */
    on<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
    on<Name extends Names<Events>>(name: Name | `event:${Name}`, handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown): () => void;
    /** As `on`, for the first one only. */
    once<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
    once<Name extends Names<Events>>(name: Name | `event:${Name}`, handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown): () => void;
    /** Ends what `on` or `once` began; without a handler, for all of that name. */
    off(name: keyof Lifecycle | Names<Events> | `event:${Names<Events>}`, handler?: (...values: any[]) => unknown): void;
    /** Calls `handler` with the events of all types, after the type's own handlers. */
    onAny(handler: (event: HostEvent<Events[Names<Events>]>) => unknown): () => void;
    /** Reads these event types from now on: exact names or `sensor.*`; undefined: all. The states of those that are new
     *  are given first. */
    subscribe(events?: readonly string[]): void;
    /** Sends a message to the host, which has no answer. Resolves when the server has taken it, however long that takes;
     *  rejects with a `RequestError`. */
    send(name: string, data?: unknown): Promise<void>;
    /** Asks the host, and resolves with its reply; rejects with a `RequestError`. A reply comes after the events that its
     *  handler emitted. */
    request<Reply = any>(name: string, data?: unknown, options?: RequestOptions): Promise<Reply>;
    status(): Status;
    /** Reads by this transport only, until told otherwise, and by a connection of this tab's own; "auto" goes back to the
     *  best one. */
    use(transport: TransportName | "auto"): void;
    /** For good; no handler is called any more. */
    close(): void;
}
/** `transports`: all that there are, best first. */
export declare function makeDevice(base: URL, options: Options, all: Readonly<Record<TransportName, Transport>>): Device<Record<string, any>>;
export {};
