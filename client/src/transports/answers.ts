import {
  address,
  ask,
  converse,
  ended,
  sleep,
  type Answer,
  type Control,
  type Conversation,
  type Listener,
  type Reading,
} from "./transport.js";

export interface Rhythm {
  readonly path: string;
  /** How long the server may hold its answer; undefined where it never does. */
  waitMs?(): number;
  /** Between an answer and the next request. */
  readonly pauseMs: number;
}

const LONGEST_PENALTY_MS = 10_000;
const SLACK_MS = 10_000; // with the five seconds of every silence: for an answer that is on its way

/** Reads answer after answer from the cursor. The first request never waits at the server: it proves that the way is
 *  open. An early answer that brings nothing (a cache, a confused proxy) makes the pause grow, so that no answer
 *  whatsoever makes a hot loop. */
export function readAnswers(reading: Reading, listener: Listener, { path, waitMs, pauseMs }: Rhythm): Conversation {
  return converse(listener, async (signal) => {
    let heldMs = 0;
    let tag: string | null | undefined;
    let fruitless = 0;
    let hello: object | undefined = { protocol: 1, heartbeat_ms: ((waitMs?.() ?? pauseMs) + SLACK_MS) / 2 };
    for (;;) {
      const cursor = reading.cursor();
      const askedAt = Date.now();
      const passedMs = () => Date.now() - askedAt;
      listener.heard();
      const response = await ask(reading, address(reading, path, { wait_ms: heldMs }), {
        headers: tag ? { "If-None-Match": tag } : {},
        signal,
      });
      listener.opened(heldMs ? undefined : passedMs());
      const answer = response.status === 304 ? undefined : await body(response);
      if (answer) give(answer, listener, hello);
      else listener.item({ control: "ping" });
      hello = undefined;
      listener.heard();

      const moved = reading.cursor() !== cursor;
      tag = waitMs || moved ? undefined : (response.headers.get("ETag") ?? tag); // a tag covers the cursor too
      fruitless = passedMs() < heldMs / 2 && !moved ? fruitless + 1 : 0;
      const penaltyMs = fruitless && Math.min(LONGEST_PENALTY_MS, 250 * 2 ** fruitless);
      await sleep(answer?.more && moved ? 0 : Math.max(pauseMs, penaltyMs), signal);
      heldMs = waitMs?.() ?? 0;
    }
  });
}

/** One answer at once, whatever the transport in use is. */
export async function readOnce(reading: Reading, path: string, signal?: AbortSignal): Promise<Answer> {
  return body(await ask(reading, address(reading, path, { wait_ms: 0 }), { signal }));
}

/** As items: `hello`, where this is the first answer, what it holds, and where that ends. */
export function give({ resume, events, cursor, more }: Answer, listener: Listener, hello?: object): void {
  if (hello) listener.item({ ...hello, control: "hello", resume } as Control);
  events.forEach((item) => listener.item(item));
  listener.item({ control: more ? "ping" : "live", cursor });
}

async function body(response: Response): Promise<Answer> {
  const answer = await response.json().catch(() => {
    throw ended("ended");
  });
  if (!Array.isArray(answer?.events)) throw ended("malformed: events");
  return answer;
}
