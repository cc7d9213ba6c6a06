import { readAnswers } from "./answers.js";
import type { Transport } from "./transport.js";

const WAIT_MS = 25_000;

export const longPoll: Transport = {
  open: (reading, listener) =>
    readAnswers(reading, listener, {
      path: "long-poll",
      waitMs: () => Math.min(WAIT_MS, reading.beatMs() ?? WAIT_MS),
      pauseMs: 0,
    }),
};
