export interface Memory {
    tripMs(): number | undefined;
    measured(roundTripMs: number): void;
    /** At least so often must something pass; undefined: not known. */
    beatMs(): number | undefined;
    /** The smaller, the earlier it is to be tried: what rests comes last, and what has proved itself several times in a row
     *  first, since one win may be chance. */
    rank(name: string): number;
    resting(name: string): boolean;
    won(name: string): void;
    /** A connection died. Was it quiet, then what stands between may cut idle connections, and more is to be said. Otherwise
     *  a short life costs its transport one. Both only if the server turns out to have been there. */
    died(name: string, livedMs: number, quietMs: number): void;
    /** Of the last death: that the server was there, or was not. */
    judge(there: boolean): void;
    /** Others are to be tried before it; longer each time, and never for good. */
    rest(name: string): void;
    /** The network is another one. */
    doubt(): void;
}
/** Without a base: of this page alone. */
export declare function makeMemory(base?: URL): Memory;
