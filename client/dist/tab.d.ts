import type { Team } from "./team.js";
import { type Item, type Transport } from "./transports/transport.js";
export interface Tab extends Transport {
    /** What the leader reads. */
    hear(item: Item): void;
    /** A new leader wants to know who is there. */
    rejoin(): void;
}
/** Reads by the connection of another tab. What lies between this tab's cursor and that stream it reads by requests of its
 *  own, so the other one need keep nothing. `alone`: that way is closed. */
export declare function tab(team: () => Team, alone: () => void): Tab;
