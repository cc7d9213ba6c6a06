export type Handler = (...values: any[]) => unknown;
/** Who hears what. A handler is held once per name, however often it is registered. */
export declare class Handlers {
    private readonly byName_;
    add(name: string, handler: Handler, once?: boolean): () => void;
    /** Without a handler: all of that name. */
    remove(name: string, handler?: Handler): void;
    clear(): void;
    /** Calls in the order of registration. What one throws is reported and stops no other; one that is removed meanwhile
     *  is not called. */
    call(name: string, ...values: unknown[]): void;
}
