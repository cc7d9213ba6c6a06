import {
  address,
  converse,
  Ended,
  get,
  type Answer,
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
  /** Whether `If-None-Match` makes an unchanged answer short. */
  readonly conditional?: boolean;
}

const LONGEST_PENALTY_MS = 10_000;

/** Reads answer after answer from the cursor. The first request never waits at the server: it proves that the way is
 *  open. An early answer that brings nothing (a cache, a confused proxy) makes the pause grow, so that no answer
 *  whatsoever makes a hot loop. */
export function readAnswers(reading: Reading, listener: Listener, rhythm: Rhythm): Conversation {
  return converse(listener, async (signal) => {
    let waitMs = 0;
    let tag: string | null = null;
    let fruitless = 0;
    for (;;) {
      const cursor = reading.cursor();
      const askedAt = Date.now();
      listener.heard();
      const url = address(reading, rhythm.path, { wait_ms: rhythm.waitMs && waitMs });
      const response = await get(reading, url, signal, tag ? { "If-None-Match": tag } : {});
      if (!waitMs) listener.roundTrip(Date.now() - askedAt);
      listener.opened();
      const answer = response.status === 304 ? undefined : await body(response);
      if (!signal.aborted) listener.answer(answer);
      if (signal.aborted) throw new Ended("closed");
      listener.heard();

      const moved = reading.cursor() !== cursor;
      const early = Date.now() - askedAt < waitMs / 2;
      tag = rhythm.conditional && !moved ? (response.headers.get("ETag") ?? tag) : null; // a tag covers the cursor too
      fruitless = early && !moved ? fruitless + 1 : 0;
      const penaltyMs = fruitless && Math.min(LONGEST_PENALTY_MS, 250 * 2 ** fruitless);
      await pause(answer?.more && moved ? 0 : Math.max(rhythm.pauseMs, penaltyMs), signal);
      waitMs = rhythm.waitMs?.() ?? 0;
    }
  });
}

/** One answer at once, whatever the transport in use is. */
export async function readOnce(reading: Reading, path: string, signal?: AbortSignal): Promise<Answer> {
  return body(await get(reading, address(reading, path, { wait_ms: path === "poll" ? undefined : 0 }), signal));
}

async function body(response: Response): Promise<Answer> {
  const answer = await response.json().catch(() => {
    throw new Ended("ended");
  });
  if (!Array.isArray(answer?.events)) throw new Ended("malformed: an answer without events");
  return answer;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new Ended("closed"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancel);
      resolve();
    }, ms);
    signal.addEventListener("abort", cancel);
  });
}
