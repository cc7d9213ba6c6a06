import { pathOfAnswers } from "./buffering.js";
import { hasPassed } from "./cursor.js";
import type { Team } from "./team.js";
import { readOnce } from "./transports/answers.js";
import { causeOf, Ended, type Control, type Item, type Transport } from "./transports/transport.js";

/** What a follower says to the leader of its team. */
export type Ask =
  /** The event types to read; null: all. `behind`: a hello is awaited. */
  { join: readonly string[] | null; behind: boolean } | { say: object };

export interface Tab extends Transport {
  /** What the leader reads. */
  hear(item: Item): void;
  /** The leader has gone, or a new one wants to know who is there. */
  rejoin(): void;
}

const UNANSWERED_MS = 2000; // a leader that does not answer stands still
const BACKLOG = 10_000;

/** Reads by the connection of another tab. What lies between this tab's cursor and that stream it reads by requests of its
 *  own, so the other one need keep nothing. `alone`: that way is closed. */
export function tab(team: () => Team, alone: () => void): Tab {
  let hear = (_item: Item) => {};
  let join = (_behind: boolean) => {};
  return {
    hear: (item) => hear(item),
    rejoin: () => join(false),
    open(reading, listener) {
      let behind = true;
      let turn: object | undefined; // of catching up; another one voids it
      let backlog: Item[] = [];
      let over = false;
      const ask = (message: Ask) => team().say(message);
      const timer = setTimeout(() => team().depose(), UNANSWERED_MS);

      const catchUp = async (hello: Control) => {
        const mine = (turn = {});
        const path = pathOfAnswers(hello.transports as string[]);
        backlog = [];
        try {
          if (!path) throw new Ended("no way to catch up");
          for (let more: boolean | undefined = true; more; hello = {} as Control) {
            const answer = await readOnce(reading, path);
            if (mine !== turn || over) return;
            const { cursor, resume, events } = answer;
            if (hello.control) listener.item({ ...hello, resume, cursor: undefined });
            events.forEach(listener.item);
            more = answer.more;
            listener.item({ control: more ? "ping" : "live", cursor });
          }
        } catch (error) {
          if (mine !== turn || over) return;
          if (error instanceof Ended && error.more) return listener.ended(causeOf(error), error.more);
          return alone();
        }
        behind = false;
        turn = undefined;
        backlog.forEach(listener.item);
      };

      hear = (item) => {
        clearTimeout(timer);
        listener.heard();
        const { control } = item;
        if (control === "hello") {
          const continues = item.resume === "reset" || hasPassed(reading.cursor(), (item.cursor as string) ?? "");
          if (behind || !continues) {
            behind = true;
            return void catchUp(item as Control);
          }
        } else if (behind && control !== "bye" && !("reply" in item)) {
          return backlog.push(item) > BACKLOG ? listener.ended("behind") : undefined;
        }
        listener.item(item);
      };
      join = (late) => {
        behind ||= late;
        ask({ join: reading.events() ?? null, behind });
      };
      join(true);
      return {
        say(frame: any) {
          if (frame.subscribe) {
            turn = undefined;
            join(true);
          } else ask({ say: frame });
        },
        close() {
          over = true;
          clearTimeout(timer);
          hear = join = () => {};
        },
      };
    },
  };
}
