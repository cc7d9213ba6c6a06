/** What a member of a team does. */
export interface Member {
    /** This one holds the connection from now on. */
    lead(): void;
    /** Another one does. */
    follow(): void;
    /** Another one, the leader or not, says something. */
    hear(message: any, from: string): void;
    /** This browser lets none share. */
    alone(): void;
    /** Another one has gone. */
    left(from: string): void;
}
/** The tabs that share a connection. */
export interface Team {
    say(message: unknown, to?: string): void;
    /** The leader stands still: it is to be replaced. */
    depose(): void;
    leave(): void;
}
/** Web Locks are there in secure contexts alone, and plain HTTP on a LAN is none. The channel works in both. */
export declare const canShare: () => Document;
/** Finds out which of the tabs holds the connection. With Web Locks: who has the lock, which the browser passes on when a
 *  tab closes or crashes. Without: the eldest that says so. Should there be two for a moment, both connect, and cursors
 *  keep every tab's events apart. */
export declare function joinTeam(name: string, member: Member): Team;
