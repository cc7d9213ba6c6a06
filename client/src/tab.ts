import { pathOfAnswers } from "./buffering.js";
import { hasPassed } from "./cursor.js";
import type { Team } from "./team.js";
import { give, readOnce } from "./transports/answers.js";
import { ended, type Answer, type Control, type Ended, type Item, type Transport } from "./transports/transport.js";

export interface Tab extends Transport {
  /** What the leader reads. */
  hear(item: Item): void;
  /** A new leader wants to know who is there. */
  rejoin(): void;
}

const UNANSWERED_MS = 2000; // a leader that does not answer stands still
const BACKLOG = 10_000;

/** Reads by the connection of another tab. What lies between this tab's cursor and that stream it reads by requests of its
 *  own, so the other one need keep nothing. `alone`: that way is closed. */
export function tab(team: () => Team, alone: () => void): Tab {
  let hear: (item: Item) => void;
  let join: () => void;
  return {
    hear: (item) => hear?.(item),
    rejoin: () => join?.(),
    open(reading, listener) {
      let behind = true;
      let turn: object | undefined; // of catching up; another one voids it
      let backlog: Item[] = [];
      let over = false;
      const timer = setTimeout(() => team().depose(), UNANSWERED_MS);

      const catchUp = async (hello: Control) => {
        const mine = (turn = {});
        const path = pathOfAnswers(hello.transports as string[]);
        backlog = [];
        try {
          if (!path) throw ended("malformed: hello");
          for (let first: object | undefined = { ...hello, cursor: undefined }, before; ; first = undefined) {
            const answer: Answer = await readOnce(reading, path);
            if (mine !== turn || over) return;
            give(answer, listener, first);
            if (!answer.more || answer.cursor === before) break;
            before = answer.cursor;
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
        if (over) return;
        clearTimeout(timer);
        listener.heard();
        const { control } = item;
        if (control === "hello") {
          const continues = item.resume === "reset" || hasPassed(reading.cursor(), (item.cursor as string) ?? "");
          if (behind || !continues) {
            behind = true;
            return void catchUp(item as Control);
          }
        } else if (behind && control !== "bye") {
          return backlog.push(item) > BACKLOG ? listener.ended("behind") : undefined;
        }
        listener.item(item);
      };
      // What a new leader reads before it knows of this tab does not come here.
      join = () => {
        behind = true;
        turn = undefined;
        team().say({ join: reading.events() });
      };
      join();
      return {
        say(frame) {
          const wanted = "subscribe" in frame;
          if (wanted) join();
          return wanted;
        },
        close() {
          over = true;
          clearTimeout(timer);
        },
      };
    },
  };
}
