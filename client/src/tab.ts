import { pathOfAnswers } from "./buffering.js";
import { hasPassed } from "./cursor.js";
import type { Team } from "./team.js";
import { give, readOnce } from "./transports/answers.js";
import { ended, type Control, type Ended, type Item, type Transport } from "./transports/transport.js";

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
          if (!path) throw ended("no way to catch up");
          for (let more: boolean | undefined = true, first: object | undefined = hello; more; first = undefined) {
            const answer = await readOnce(reading, path);
            if (mine !== turn || over) return;
            give(answer, listener, first && { ...first, cursor: undefined });
            more = answer.more;
          }
        } catch (error) {
          if (mine !== turn || over) return;
          const { message, more } = error as Ended;
          return more?.down ? listener.ended(message, more) : alone();
        }
        behind = false;
        turn = undefined;
        backlog.forEach((item) => listener.item(item));
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
          } else if (!frame.control) ask({ say: frame });
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
