import { readAnswers } from "./answers.js";
import type { Transport } from "./transport.js";

const WAIT_MS = 25_000;

export const longPoll: Transport = {
  silenceMs: () => WAIT_MS + 15_000,
  open: (reading, listener) => readAnswers(reading, listener, { path: "long-poll", waitMs: WAIT_MS, pauseMs: 0 }),
};
