export interface StreamEvent {
    type: string;
    data: string;
    lastEventId: string;
}
/** Gives what takes the stream's bytes. They may be cut anywhere, also within a character or between CR and LF. An event
 *  that the stream's end cuts off is never given. */
export declare function eventStreamParser(onEvent: (event: StreamEvent) => void): (bytes: Uint8Array) => void;
