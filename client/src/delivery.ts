import { hasPassed } from "./cursor.js";
import type { HostEvent } from "./transports/transport.js";

/** What makes every event reach the handlers once and in order, over any number of connections: the cursor, and for
 *  snapshots, which do not move it, the last id per type and key. Pure: nothing here knows a connection or a clock. */
export class Delivery {
  private place_?: string;
  private stale_ = false; // the next cursor replaces `place_`, wherever it stands
  private readonly known_ = new Map<string, string>(); // by type and key: the id that was given last
  private readonly told_ = new Map<string, string>(); // by type: up to where losses were told
  private shown_?: Set<string>; // of a newcomer's snapshot: what it has held so far

  /** Where to read on. Moves only when what stands before it has been handled. */
  get cursor(): string | undefined {
    return this.place_;
  }

  /** Whether nothing is missing for who reads on from `cursor`. */
  reaches(cursor: string | undefined): boolean {
    return !!cursor && !this.stale_ && hasPassed(this.place_, cursor);
  }

  /** A connection begins; a newcomer's snapshot begins with it. */
  begin(): void {
    this.shown_ = this.place_ ? undefined : new Set();
  }

  /** Whether the handlers are still to see this event. */
  admits(event: HostEvent): boolean {
    if (!event.snapshot) return this.stale_ || !hasPassed(this.place_, event.id);
    this.shown_?.add(slot(event));
    const known = this.known_.get(slot(event));
    return event.removed && !known ? false : !hasPassed(known, event.id);
  }

  /** To be called when the handlers have run. */
  handled(event: HostEvent): void {
    if (event.removed) this.known_.delete(slot(event));
    else this.known_.set(slot(event), event.id);
    if (!event.snapshot) this.move_(event.id);
  }

  /** Nothing at or before `cursor` is still due. Never goes back within an epoch. */
  advance(cursor: string): void {
    if (this.stale_ || !hasPassed(this.place_, cursor)) this.move_(cursor);
  }

  /** A snapshot ends at `cursor`. Gives the removals of the keys that an earlier one, which was cut, had shown, and which
   *  are gone since. */
  settle(cursor: string): HostEvent[] {
    const gone = [...this.known_.keys()].filter((slot) => this.shown_ && !slot.endsWith("\n") && !this.shown_.has(slot));
    this.shown_ = undefined;
    return gone.map((slot) => {
      const end = slot.indexOf("\n");
      return { id: cursor, event: slot.slice(0, end), key: slot.slice(end + 1), data: undefined, removed: true, snapshot: true };
    });
  }

  /** Of a loss of events after `from` up to and with `to`, what is news; undefined: nothing. A connection that takes over
   *  tells it from where it began, which others may have passed since. The types' states may be given again. */
  lose(types: readonly string[], from: string, to: string): { types: string[]; from: string; to: string } | undefined {
    if (!this.stale_ && hasPassed(this.place_, to)) return;
    const news = types.filter((type) => !hasPassed(this.told_.get(type), to));
    if (!news.length) return;
    for (const type of news) {
      this.told_.set(type, to);
      for (const key of this.known_.keys()) if (key.startsWith(type + "\n")) this.known_.delete(key);
    }
    return { types: news, from: !this.stale_ && hasPassed(this.place_, from) ? this.place_! : from, to };
  }

  /** The log began anew, or is not the one that we know: reading goes on at `cursor`, or with whatever comes next. */
  reset(cursor?: string): void {
    this.known_.clear();
    this.told_.clear();
    this.stale_ = true;
    if (cursor) this.move_(cursor);
  }

  private move_(cursor: string): void {
    this.place_ = cursor;
    this.stale_ = false;
  }
}

function slot(event: HostEvent): string {
  return event.event + "\n" + (event.key ?? "");
}
