/** Event types that are wanted: exact names or `sensor.*`; undefined: all. */
export type Subscription = readonly string[] | undefined;

export function wants(subscription: Subscription, type: string): boolean {
  return subscription?.some((name) => covers(name, type)) ?? true;
}

/** All that anybody of these wants. */
export function union(subscriptions: Iterable<Subscription>): Subscription {
  const all = new Set<string>();
  for (const subscription of subscriptions) {
    if (!subscription) return undefined;
    for (const name of subscription) all.add(name);
  }
  return [...all].sort();
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
