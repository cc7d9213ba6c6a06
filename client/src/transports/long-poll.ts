import { readAnswers } from "./answers.js";
import type { Reading, Transport } from "./transport.js";

const WAIT_MS = 25_000;

const wait = (reading: Reading) => Math.min(WAIT_MS, reading.heartbeatMs() ?? WAIT_MS);

export const longPoll: Transport = {
  silenceMs: (reading) => wait(reading) + 15_000,
  open: (reading, listener) =>
    readAnswers(reading, listener, { path: "long-poll", waitMs: () => wait(reading), pauseMs: 0 }),
};
