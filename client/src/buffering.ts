import type { Attempt } from "./attempt.js";
import { hasPassed } from "./cursor.js";
import { readOnce } from "./transports/answers.js";
import type { Reading } from "./transports/transport.js";

const FIRST_LOOK_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
const GRACE_MS = 1500;

/** The path of an answer at once, where the server gives any. */
export function pathOfAnswers(offered: readonly string[] = ["poll"]): string | undefined {
  return ["poll", "long-poll"].find((name) => offered.includes(name));
}

/** Ends a stream that somebody holds back: now and then another request asks what follows the cursor; what that gives
 *  has to come by the stream as well, and soon. Needs no clock of the server's, and no event that is late is lost. */
export async function leaveWhenBuffered(
  attempt: Attempt,
  reading: Reading,
  offered: readonly string[] | undefined,
  found: () => void,
): Promise<void> {
  const path = pathOfAnswers(offered);
  for (let pauseMs = FIRST_LOOK_MS; path; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    await pause(pauseMs);
    if (attempt.over) return;
    if (!reading.cursor()) continue;
    const due = await readOnce(reading, path).then(
      ({ events }) => events.find((item) => item.control === undefined && !item.snapshot),
      () => undefined,
    );
    if (!due) continue;
    const askedAt = Date.now();
    await pause(GRACE_MS);
    // A tab that stood still has not yet seen what came meanwhile.
    if (attempt.over || Date.now() - askedAt > 2 * GRACE_MS || hasPassed(reading.cursor(), due.id as string)) continue;
    found();
    return attempt.end("buffered");
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
