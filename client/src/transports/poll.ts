import { readAnswers } from "./answers.js";
import type { Transport } from "./transport.js";

export const poll: Transport = {
  open: (reading, listener) => readAnswers(reading, listener, { path: "poll", pauseMs: reading.pauseMs }),
};
