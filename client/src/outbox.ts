import { hasPassed } from "./cursor.js";
import { refusal, request, type Reading, type ReplyItem } from "./transports/transport.js";

/** Why a message or a request failed. `code`: the host's word, or `timeout`, `closed`, `outcome-unknown` (the connection
 *  was lost before the reply: it may have been carried out), `http-404`, `unreachable`, `offline`. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message = code,
  ) {
    super(message);
  }
}

export interface RequestOptions {
  /** Milliseconds; 10,000 unless told otherwise. */
  timeout?: number;
  signal?: AbortSignal;
}

/** What goes to the host: within the conversation where that goes both ways (`say`), else by POST. */
export interface Outbox {
  /** Resolves when it was handed over. */
  send(frame: object): Promise<void>;
  request(name: string, data: unknown, options?: RequestOptions): Promise<unknown>;
  hear(reply: ReplyItem): void;
  /** The cursor has moved: replies that waited for that are handed over. */
  moved(): void;
  /** Nothing that was asked is answered any more. */
  fail(code: string): void;
}

export function makeOutbox(reading: Reading, say: (frame: object) => boolean): Outbox {
  const waiting = new Map<unknown, { resolve(data: unknown): void; reject(error: unknown): void }>();
  let lastId = 0;
  let due: ReplyItem[] = []; // replies that must not overtake the events before them
  const outbox: Outbox = {
    async send(frame) {
      if (say(frame)) return;
      const session = reading.session();
      const response = await request(new URL("send", reading.base), {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(session && { "Pushwire-Session": session }) },
        body: JSON.stringify([frame]),
      });
      if (!response.ok) throw refusal(response);
      (await response.json()).forEach(outbox.hear);
    },
    request(name, data, { timeout = 10_000, signal } = {}) {
      const id = ++lastId;
      const abort = () => waiting.get(id)?.reject(signal!.reason);
      const fail = ({ message }: { message: string }) => waiting.get(id)?.reject(new RequestError(message));
      const timer = setTimeout(fail, timeout, { message: "timeout" });
      const reply = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
      else outbox.send({ request: name, id, data }).catch(fail);
      return reply.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
        signal?.removeEventListener("abort", abort);
      });
    },
    hear(reply) {
      due.push(reply);
      outbox.moved();
    },
    moved() {
      due = due.filter(({ reply, data, cursor, error }) => {
        if (cursor && !hasPassed(reading.cursor(), cursor)) return true;
        const asked = waiting.get(reply);
        if (error) asked?.reject(new RequestError(error.code, error.message));
        else asked?.resolve(data);
      });
    },
    fail(code) {
      due = [];
      waiting.forEach(({ reject }) => reject(new RequestError(code)));
    },
  };
  return outbox;
}
