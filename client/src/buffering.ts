import type { Attempt } from "./attempt.js";
import { hasPassed } from "./cursor.js";
import { readOnce } from "./transports/answers.js";
import { sleep, type Reading } from "./transports/transport.js";

const FIRST_LOOK_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
const GRACE_MS = 1000;

/** The path of an answer at once, where the server gives any. */
export const pathOfAnswers = (offered: readonly string[] = ["poll"]) =>
  ["poll", "long-poll"].find((name) => offered.includes(name));

/** Ends a stream that somebody holds back: now and then another request asks what follows the cursor; what that gives
 *  has to come by the stream as well, and soon. Needs no clock of the server's, and no event that is late is lost. */
export async function leaveWhenBuffered(
  attempt: Attempt,
  reading: Reading,
  offered: readonly string[] | undefined,
): Promise<void> {
  const path = pathOfAnswers(offered);
  const abort = new AbortController();
  const { signal } = abort;
  attempt.ended.then(() => abort.abort());
  for (let pauseMs = FIRST_LOOK_MS; path; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    await sleep(pauseMs, signal);
    if (!reading.cursor()) continue;
    const answer = await readOnce(reading, path).catch(() => undefined);
    const due = answer?.events.find((item) => !item.control && !item.snapshot);
    const askedAt = Date.now();
    if (due) await sleep(GRACE_MS, signal);
    // A tab that stood still has not yet seen what came meanwhile.
    if (!due || Date.now() - askedAt > 2 * GRACE_MS || hasPassed(reading.cursor(), due.id as string)) continue;
    return attempt.end("buffered");
  }
}
