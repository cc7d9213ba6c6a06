export interface StreamEvent {
    type: string;
    data: string;
    lastEventId: string;
}
/** Bytes may be cut anywhere, also within a character or between CR and LF. An event that the stream's end cuts off is
 *  never given. */
export declare class EventStreamParser {
    private readonly onEvent_;
    private readonly onRetry_;
    private readonly decoder_;
    private rest_;
    private afterCr_;
    private type_;
    private data_;
    private lastEventId_;
    constructor(onEvent_: (event: StreamEvent) => void, onRetry_?: (ms: number) => void);
    push(bytes: Uint8Array): void;
    private line_;
    private dispatch_;
}
