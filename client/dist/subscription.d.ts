/** Event types that are wanted: exact names or `sensor.*`; undefined: all. */
export type Subscription = readonly string[] | undefined;
export declare function wants(subscription: Subscription, type: string): boolean;
/** All that anybody of these wants. */
export declare function union(subscriptions: Iterable<Subscription>): Subscription;
/** What `now` holds beyond `before`; all types are `*`. */
export declare function added(before: Subscription, now: Subscription): string[];
export declare const same: (a: Subscription, b: Subscription) => boolean;
