export const transports = ["websocket", "sse", "long-poll", "poll"];

/** A client that tries again soon. */
export const impatient = { pollIntervalMs: 50, backoffMs: [50, 300] };
