export type TransportName = "websocket" | "sse" | "long-poll" | "poll";
export interface HostEvent<Data = unknown> {
    /** `<epoch>-<sequence>`; ascends, not densely. */
    id: string;
    /** The event type's name. */
    event: string;
    /** A Uint8Array where the host emits bytes; undefined where `removed`. */
    data: Data;
    key?: string;
    /** The key is gone. */
    removed?: boolean;
    /** A state told to a newcomer, not news. */
    snapshot?: boolean;
    /** Time of emission in Unix milliseconds, where asked for. */
    at?: number;
}
export type Resume = "new" | "ok" | "gap" | "reset";
export interface Control {
    control: string;
    [member: string]: unknown;
}
/** An answer to a request. */
export interface ReplyItem {
    reply: number | null;
    data?: unknown;
    cursor?: string;
    error?: {
        code: string;
        message: string;
    };
}
export type Item = (HostEvent & {
    base64?: string;
    control?: undefined;
}) | Control;
/** What a poll says. */
export interface Answer {
    resume: Resume;
    events: Item[];
    cursor: string;
    more?: boolean;
}
/** What a conversation reads with; asked for anew with every request. */
export interface Reading {
    readonly base: URL;
    readonly at?: boolean;
    readonly pollIntervalMs: number;
    /** Where to begin while there is no cursor; the server's choice is `latest`. */
    readonly after?: "latest" | "earliest";
    /** Exact names or `sensor.*`; undefined: all. */
    events(): readonly string[] | undefined;
    /** Of those, the ones whose states the client lacks although it has a cursor. */
    fresh(): readonly string[];
    cursor(): string | undefined;
    session(): string | undefined;
    /** At least so often must something pass, or what stands between cuts the connection; undefined: not known. */
    heartbeatMs(): number | undefined;
}
/** What is known about an end. */
export interface Ending {
    /** The server's wish not to be asked again before. */
    afterMs?: number;
    /** The whole server is away, not this way to it. */
    down?: "unreachable" | "overloaded";
}
/** What a conversation hands over, in the order of the wire. Nothing counts after `ended`. */
export interface Listener {
    /** The server's answer has begun, and is a good one. */
    opened(): void;
    /** Bytes arrived, or a request went out. */
    heard(): void;
    /** A question was answered at once, after so long. */
    roundTrip(ms: number): void;
    /** Throws what is wrong with a malformed item. */
    item(item: Item): void;
    /** A whole answer; undefined says that there is nothing new. Throws as `item` does. */
    answer(answer: Answer | undefined): void;
    ended(cause: string, more?: Ending): void;
}
export interface Conversation {
    /** Idempotent; the listener hears no more. */
    close(): void;
    /** Says a client frame, where the transport goes both ways. */
    say?(frame: object): void;
}
export interface Transport {
    /** How long a conversation may be silent before it counts as dead; undefined: hello's heartbeat decides. */
    silenceMs?(reading: Reading): number;
    /** Begins a conversation. May throw where the browser lacks what it needs. */
    open(reading: Reading, listener: Listener): Conversation;
}
/** What a transport is a way of. */
export type Transports = Readonly<Record<TransportName, Transport>>;
/** A conversation's end that is known to have a reason. */
export declare class Ended extends Error {
    readonly more?: Ending | undefined;
    constructor(cause: string, more?: Ending | undefined);
}
/** Runs a conversation over fetch: `body` talks until it throws or `signal` is aborted. */
export declare function converse(listener: Listener, body: (signal: AbortSignal) => Promise<never>): Conversation;
/** Of a transport's path, with what the reading is; `undefined` parameters are left out. */
export declare function address(reading: Reading, path: string, parameters?: Record<string, unknown>): URL;
/** GET, with the session where there is one: without it a cross-origin request needs no preflight. Throws for every
 *  status but 200 and 304. */
export declare function get(reading: Reading, url: URL, signal?: AbortSignal, headers?: Record<string, string>): Promise<Response>;
/** Throws only where nobody answered. */
export declare function request(url: URL, options: RequestInit): Promise<Response>;
export declare function refusal(response: Response): Ended;
export declare function causeOf(error: unknown): string;
