import { hasPassed } from "./cursor.js";
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

export function makeDelivery(): Delivery {
  let place: string | undefined;
  let stale = false; // the next cursor replaces `place`, wherever it stands
  const known = new Map<string, Pick<HostEvent, "id" | "event" | "key">>(); // by type and key: what was given last
  const told = new Map<string, string>(); // by type: up to where losses were told
  let shown: Set<string> | undefined; // of a newcomer's snapshot: what it has held so far

  const slot = ({ event, key = "" }: Pick<HostEvent, "event" | "key">) => event + "\n" + key;
  const passed = (id: string) => !stale && hasPassed(place, id);
  const move = (cursor: string) => {
    place = cursor;
    stale = false;
  };
  const delivery: Delivery = {
    cursor: () => place,
    begin: () => void (shown = place ? undefined : new Set()),
    admits(event) {
      if (!event.snapshot) return !passed(event.id);
      shown?.add(slot(event));
      const id = known.get(slot(event))?.id;
      return !(event.removed && !id) && !hasPassed(id, event.id);
    },
    handled({ id, event, key, removed, snapshot }) {
      const state = { id, event, key };
      if (removed) known.delete(slot(state));
      else known.set(slot(state), state);
      if (!snapshot) move(id);
    },
    advance: (cursor) => passed(cursor) || move(cursor),
    settle(id) {
      const gone = [...known.values()].filter((state) => shown && state.key && !shown.has(slot(state)));
      shown = undefined;
      return gone.map(({ event, key }) => ({ id, event, key, data: undefined, removed: true, snapshot: true }));
    },
    lose({ types, from, to }) {
      const news = types.filter((type) => !hasPassed(told.get(type), to));
      if (passed(to) || !news.length) return;
      for (const type of news) told.set(type, to);
      delivery.forget((type) => !news.includes(type));
      return { types: news, from: passed(from) ? place! : from, to };
    },
    forget: (wanted) => known.forEach(({ event }, of) => wanted(event) || known.delete(of)),
    reset(cursor) {
      known.clear();
      told.clear();
      stale = true;
      if (cursor) move(cursor);
    },
  };
  return delivery;
}
