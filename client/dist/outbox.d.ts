import { type Reading, type ReplyItem } from "./transports/transport.js";
/** Why a message or a request failed. `code`: the host's word, or one of the client's own, which docs/client.md lists. */
export declare class RequestError extends Error {
    readonly code: string;
    constructor(code: string, message?: string);
}
export interface RequestOptions {
    /** Milliseconds; 10,000 unless told otherwise. */
    timeout?: number;
    signal?: AbortSignal;
}
/** What becomes of a message: it is handed over with a number, then answered. */
export interface News {
    id?: number;
    answer?: Partial<ReplyItem>;
    /** What it was handed over with; undefined: it is due. */
    by?: unknown;
}
/** What goes to the host, in order. All of it is numbered, and kept until it is answered: what a conversation leaves
 *  unanswered is handed over again with the next, and the server runs nothing twice that has the same number. */
export interface Outbox {
    /** Resolves with the answer's data, when the cursor has passed where that stands. Without `timeout`: however late. */
    ask(frame: object, options?: RequestOptions): Promise<unknown>;
    /** What another tab asks, once for each key, `<tab> <number>`; `id`: that an earlier leader gave it. */
    take(key: string, frame: object, id: number | undefined, pass: (news: News) => void): void;
    /** By the tab that holds the connection, of what we asked. */
    told(of: unknown, news: News): void;
    hear(reply: ReplyItem): void;
    /** The cursor has moved. */
    moved(): void;
    /** Whoever hears us from now on knows nothing of what is on its way. `lastId`: the highest that the server knows. */
    begin(lastId?: number): void;
    /** What that other tab asked is its own again; undefined: what all of them did. */
    drop(from?: string): void;
    /** The session is another one: nobody knows what became of all that was handed over. */
    expired(): void;
    /** Nothing is answered any more. */
    close(): void;
}
/** `say`: within the conversation, if that goes both ways; without a frame, whether it does; undefined: there is none.
 *  `relay`: to the tab that holds the connection; false where this one does. */
export declare function makeOutbox(reading: Reading, say: (frame?: object) => boolean | undefined, relay: (message: object) => boolean): Outbox;
