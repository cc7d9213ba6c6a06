/** Gives what takes the stream's bytes. They may be cut anywhere, also within a character or between CR and LF. Data that
 *  the stream's end cuts off are never given. */
export declare function eventStreamParser(onData: (data: string) => void): (bytes: Uint8Array) => void;
