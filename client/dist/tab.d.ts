import type { Team } from "./team.js";
import { type Item, type Transport } from "./transports/transport.js";
/** What a follower says to the leader of its team. */
export type Ask = 
/** The event types to read; null: all. `behind`: a hello is awaited. */
{
    join: readonly string[] | null;
    behind: boolean;
} | {
    say: object;
};
export interface Tab extends Transport {
    /** What the leader reads. */
    hear(item: Item): void;
    /** The leader has gone, or a new one wants to know who is there. */
    rejoin(): void;
}
/** Reads by the connection of another tab. What lies between this tab's cursor and that stream it reads by requests of its
 *  own, so the other one need keep nothing. `alone`: that way is closed. */
export declare function tab(team: () => Team, alone: () => void): Tab;
