import { setTimeout as pause } from "node:timers/promises";
import { endAtOnce } from "./ending.mjs";

/** Waits until `condition` gives something true and returns that; fails with what it was about when that does not
 *  happen within the deadline. `what` may be a function, which then tells how far things had got. */
export async function until(what, condition, deadlineMs = 30_000) {
  endAtOnce();
  for (const end = Date.now() + deadlineMs; ;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) {
      throw new Error(`did not happen within ${deadlineMs} ms: ${typeof what === "function" ? what() : what}`);
    }
    await pause(5);
  }
}

/** `promise`, or a failure that says what was awaited. */
export async function within(what, promise, deadlineMs = 30_000) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not happen within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
