import { hasPassed } from "./cursor.js";
import type { HostEvent } from "./transports/transport.js";

/** What makes every event reach the handlers once and in order, over any number of connections: the cursor, and for
 *  snapshots, which do not move it, the last id per type and key. Pure: nothing here knows a connection or a clock. */
export class Delivery {
  private place?: string;
  private stale = false; // the next cursor replaces `place`, wherever it stands
  private readonly known = new Map<string, string>(); // by type and key: the id that was given last
  private readonly told = new Map<string, string>(); // by type: up to where losses were told

  /** Where to read on. Moves only when what stands before it has been handled. */
  get cursor(): string | undefined {
    return this.place;
  }

  /** Whether the handlers are still to see this event. */
  admits(event: HostEvent): boolean {
    if (!event.snapshot) return this.stale || !hasPassed(this.place, event.id);
    const known = this.known.get(slot(event));
    return event.removed && !known ? false : !hasPassed(known, event.id);
  }

  /** To be called when the handlers have run. */
  handled(event: HostEvent): void {
    if (event.removed) this.known.delete(slot(event));
    else this.known.set(slot(event), event.id);
    if (!event.snapshot) this.move(event.id);
  }

  /** Nothing at or before `cursor` is still due. Never goes back within an epoch. */
  advance(cursor: string): void {
    if (this.stale || !hasPassed(this.place, cursor)) this.move(cursor);
  }

  /** Of the types that lost events up to and with `to`, those for which that is news. Their states may be given
   *  again. */
  lose(types: readonly string[], to: string): string[] {
    const news = types.filter((type) => !hasPassed(this.told.get(type), to));
    for (const type of news) {
      this.told.set(type, to);
      for (const key of this.known.keys()) if (key.startsWith(type + "\n")) this.known.delete(key);
    }
    return news;
  }

  /** The log began anew, or is not the one that we know: reading goes on at `cursor`, or with whatever comes next. */
  reset(cursor?: string): void {
    this.known.clear();
    this.told.clear();
    this.stale = true;
    if (cursor) this.move(cursor);
  }

  private move(cursor: string): void {
    this.place = cursor;
    this.stale = false;
  }
}

function slot(event: HostEvent): string {
  return event.event + "\n" + (event.key ?? "");
}
