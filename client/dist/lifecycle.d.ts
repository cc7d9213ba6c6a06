export interface Page {
    /** The page goes (`away`), or stands still: a connection would keep it from being kept, or be dead when it comes back. */
    hide(away: boolean): void;
    /** Time may have stood still, and the network may be another one. */
    look(changed: boolean): void;
}
/** Follows what happens to the page (or worker). Returns what ends that. Never by `unload`, which keeps pages out of the
 *  back/forward cache. */
export declare function follow(page: Page): () => void;
