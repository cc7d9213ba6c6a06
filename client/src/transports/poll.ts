import { readAnswers } from "./answers.js";
import type { Transport } from "./transport.js";

export const poll: Transport = {
  silenceMs: (reading) => reading.pollIntervalMs + 15_000,
  open: (reading, listener) =>
    readAnswers(reading, listener, { path: "poll", pauseMs: reading.pollIntervalMs, conditional: true }),
};
