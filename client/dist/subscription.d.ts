/** Event types that are wanted: exact names or `sensor.*`; undefined: all. */
export type Subscription = readonly string[] | undefined;
/** Throws where a server would refuse it, and with it what other tabs read by the same connection. */
export declare function checkNames(subscription: Subscription): Subscription;
export declare function wants(subscription: Subscription, type: string): boolean;
/** All that anybody of these wants; where that is too much to name, all there is. */
export declare function union(subscriptions: Iterable<Subscription>): Subscription;
/** What `now` holds beyond `before`; all types are `*`. */
export declare function added(before: Subscription, now: Subscription): string[];
export declare const same: (a: Subscription, b: Subscription) => boolean;
