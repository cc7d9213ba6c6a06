export type Handler = (...values: any[]) => unknown;
/** Host events are heard by this before their type's name, and all of them by this alone. */
export declare const HOST = "event:";
/** Who hears what: `connected` and the like, or `event:<type>`, which may be written as the type's name alone. A handler
 *  is held once per name, however often it is registered. */
export interface Handlers {
    add(name: string, handler: Handler, once?: boolean): () => void;
    /** Without a handler: all of that name. */
    remove(name: string, handler?: Handler): void;
    clear(): void;
    /** Calls in the order of registration. What one throws is reported and stops no other; one that is removed meanwhile
     *  is not called. */
    call(name: string, ...values: unknown[]): void;
}
export declare function makeHandlers(): Handlers;
