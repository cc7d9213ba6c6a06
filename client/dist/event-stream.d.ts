export interface StreamEvent {
    type: string;
    data: string;
    lastEventId: string;
}
/** Bytes may be cut anywhere, also within a character or between CR and LF. An event that the stream's end cuts off is
 *  never given. */
export declare class EventStreamParser {
    private readonly onEvent;
    private readonly onRetry;
    private readonly decoder;
    private rest;
    private afterCr;
    private type;
    private data;
    private lastEventId;
    constructor(onEvent: (event: StreamEvent) => void, onRetry?: (ms: number) => void);
    push(bytes: Uint8Array): void;
    private line;
    private dispatch;
}
