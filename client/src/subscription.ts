/** Event types that are wanted: exact names or `sensor.*`; undefined: all. */
export type Subscription = readonly string[] | undefined;

const NAME = /^(\*|[a-z\d][\w.:-]{0,127}(\.\*)?)$/i;
const MOST_NAMES = 256; // that a server takes

/** Throws where a server would refuse it, and with it what other tabs read by the same connection. */
export function checkNames(subscription: Subscription): Subscription {
  const wrong = subscription?.find((name) => !NAME.test(name));
  if (wrong !== undefined) throw TypeError("not an event type: " + wrong);
  return subscription;
}

export function wants(subscription: Subscription, type: string): boolean {
  return subscription?.some((name) => covers(name, type)) ?? true;
}

/** All that anybody of these wants; where that is too much to name, all there is. */
export function union(subscriptions: Iterable<Subscription>): Subscription {
  const all = new Set<string>();
  for (const subscription of subscriptions) {
    if (!subscription) return undefined;
    for (const name of subscription) all.add(name);
  }
  return all.size > MOST_NAMES ? undefined : [...all].sort();
}

/** What `now` holds beyond `before`; all types are `*`. */
export function added(before: Subscription, now: Subscription): string[] {
  if (!before) return [];
  return (now ?? ["*"]).filter((name) => !before.some((old) => covers(old, name)));
}

export const same = (a: Subscription, b: Subscription): boolean => String(a) === String(b);

function covers(pattern: string, name: string): boolean {
  return pattern === name || pattern === "*" || (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1)));
}
