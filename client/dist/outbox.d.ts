import { type Reading, type ReplyItem } from "./transports/transport.js";
/** Why a message or a request failed. `code`: the host's word, or `timeout`, `closed`, `outcome-unknown` (the connection
 *  was lost before the reply: it may have been carried out), `http-404`, `unreachable`, `offline`. */
export declare class RequestError extends Error {
    readonly code: string;
    constructor(code: string, message?: string);
}
export interface RequestOptions {
    /** Milliseconds; 10,000 unless told otherwise. */
    timeout?: number;
    signal?: AbortSignal;
}
/** What goes to the host: within the conversation where that goes both ways (`say`), else by POST. */
export interface Outbox {
    /** Resolves when it was handed over. */
    send(frame: object): Promise<void>;
    request(name: string, data: unknown, options?: RequestOptions): Promise<unknown>;
    hear(reply: ReplyItem): void;
    /** The cursor has moved: replies that waited for that are handed over. */
    moved(): void;
    /** Nothing that was asked is answered any more. */
    fail(code: string): void;
}
export declare function makeOutbox(reading: Reading, say: (frame: object) => boolean): Outbox;
