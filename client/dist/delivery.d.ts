import type { HostEvent } from "./transports/transport.js";
/** What makes every event reach the handlers once and in order, over any number of connections: the cursor, and for
 *  snapshots, which do not move it, the last id per type and key. Pure: nothing here knows a connection or a clock. */
export declare class Delivery {
    private place?;
    private stale;
    private readonly known;
    private readonly told;
    /** Where to read on. Moves only when what stands before it has been handled. */
    get cursor(): string | undefined;
    /** Whether the handlers are still to see this event. */
    admits(event: HostEvent): boolean;
    /** To be called when the handlers have run. */
    handled(event: HostEvent): void;
    /** Nothing at or before `cursor` is still due. Never goes back within an epoch. */
    advance(cursor: string): void;
    /** Of the types that lost events up to and with `to`, those for which that is news. Their states may be given
     *  again. */
    lose(types: readonly string[], to: string): string[];
    /** The log began anew, or is not the one that we know: reading goes on at `cursor`, or with whatever comes next. */
    reset(cursor?: string): void;
    private move;
}
