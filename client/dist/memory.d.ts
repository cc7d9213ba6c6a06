export interface Memory {
    roundTripMs(): number | undefined;
    measured(roundTripMs: number): void;
    /** At least so often must something pass; undefined: not known. */
    heartbeatMs(): number | undefined;
    /** The smaller, the earlier it is to be tried: what rests comes last, and what has proved itself several times in a row
     *  first, since one win may be chance. */
    rank(name: string): number;
    resting(name: string): boolean;
    won(name: string): void;
    /** A connection died although the server was there. Was it quiet, then what stands between cuts idle connections, and
     *  more is to be said. Otherwise a short life costs its transport one. */
    died(name: string, livedMs: number, quietMs: number): void;
    /** Others are to be tried before it; longer each time, and never for good. */
    rest(name: string): void;
    /** The network is another one. */
    doubt(): void;
}
/** Without a base: of this page alone. */
export declare function makeMemory(base?: URL): Memory;
