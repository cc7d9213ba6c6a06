import type { HostEvent } from "./transports/transport.js";
/** Of events after `from` up to and with `to`, those of `types` that do not follow are gone. */
export interface Gap {
    types: string[];
    from: string;
    to: string;
}
/** What makes every event reach the handlers once and in order, over any number of connections: the cursor, and for
 *  snapshots, which do not move it, the last id per type and key. Pure: nothing here knows a connection or a clock. */
export interface Delivery {
    /** Where to read on. Moves only when what stands before it has been handled. */
    cursor(): string | undefined;
    /** A connection begins; a newcomer's snapshot begins with it. */
    begin(): void;
    /** Whether the handlers are still to see this event. */
    admits(event: HostEvent): boolean;
    /** To be called when the handlers have run. */
    handled(event: HostEvent): void;
    /** Nothing at or before `cursor` is still due. Never goes back within an epoch. */
    advance(cursor: string): void;
    /** A snapshot ends at `cursor`. Gives the removals of the keys that an earlier one, which was cut, had shown, and which
     *  are gone since. */
    settle(cursor: string): HostEvent[];
    /** What of a gap is news; undefined: nothing. A connection that takes over tells it from where it began, which others
     *  may have passed since. The types' states may be given again. */
    lose(gap: Gap): Gap | undefined;
    /** Of types that are not wanted any more the states are forgotten: wanted again, they are given again. */
    forget(wanted: (type: string) => boolean): void;
    /** The log began anew, or is not the one that we know: reading goes on at `cursor`, or with whatever comes next. */
    reset(cursor?: string): void;
}
export declare function makeDelivery(): Delivery;
