export declare class Memory {
    private readonly key_;
    private known_;
    private readonly lives_;
    /** Without a base: of this page alone. */
    constructor(base?: URL);
    get roundTripMs(): number | undefined;
    set roundTripMs(ms: number | undefined);
    get heartbeatMs(): number | undefined;
    /** The smaller, the earlier it is to be tried: what rests comes last, and what has proved itself several times in a
     *  row first, since one win may be chance. */
    rank(name: string): number;
    resting(name: string): boolean;
    won(name: string): void;
    /** A connection died although the server was there. Was it quiet, then what stands between cuts idle connections, and
     *  more is to be said. Otherwise a short life costs its transport one; without any it rests, longer each time, and is
     *  then tried again: nothing is given up for good. */
    died(name: string, livedMs: number, quietMs: number): void;
    rest(name: string): void;
    /** The network is another one. */
    doubt(): void;
    private keep_;
}
