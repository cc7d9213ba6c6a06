import { type Answer, type Conversation, type Listener, type Reading } from "./transport.js";
export interface Rhythm {
    readonly path: string;
    /** How long the server may hold its answer; undefined where it never does. */
    waitMs?(): number;
    /** Between an answer and the next request. */
    readonly pauseMs: number;
}
/** Reads answer after answer from the cursor. The first request never waits at the server: it proves that the way is
 *  open. An early answer that brings nothing (a cache, a confused proxy) makes the pause grow, so that no answer
 *  whatsoever makes a hot loop. */
export declare function readAnswers(reading: Reading, listener: Listener, { path, waitMs, pauseMs }: Rhythm): Conversation;
/** One answer at once, whatever the transport in use is. */
export declare function readOnce(reading: Reading, path: string, signal?: AbortSignal): Promise<Answer>;
/** As items: `hello`, where this is the first answer, what it holds, and where that ends. */
export declare function give({ resume, events, cursor, more }: Answer, listener: Listener, hello?: object): void;
