/** Throws where `text` is not a cursor: a bad one, once kept, would be refused at every reconnection. */
export declare function checkCursor(text: unknown): string;
/** Whether a reader at `cursor` has already passed `id`: same epoch, and no smaller sequence. */
export declare function hasPassed(cursor?: string, id?: string): boolean;
