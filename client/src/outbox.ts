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

interface Waiting {
  resolve(data: unknown): void;
  reject(error: unknown): void;
}

/** What goes to the host: within the conversation where that goes both ways, else by POST. */
export class Outbox {
  private lastId_ = 0;
  private readonly waiting_ = new Map<unknown, Waiting>();
  private due_: ReplyItem[] = []; // replies that have to wait for the events before them

  constructor(
    private readonly reading_: Reading,
    private readonly say_: (frame: object) => boolean,
  ) {}

  /** Resolves when it was handed over. */
  async send(frame: object): Promise<void> {
    if (this.say_(frame)) return;
    const session = this.reading_.session();
    const response = await request(new URL("send", this.reading_.base), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(session && { "Pushwire-Session": session }) },
      body: JSON.stringify([frame]),
    });
    if (!response.ok) throw refusal(response);
    for (const reply of await response.json()) this.hear(reply);
  }

  async request(name: string, data: unknown, { timeout = 10_000, signal }: RequestOptions = {}): Promise<unknown> {
    const id = ++this.lastId_;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort = () => {};
    try {
      return await new Promise((resolve, reject) => {
        abort = () => reject(signal!.reason);
        if (signal?.aborted) return abort();
        signal?.addEventListener("abort", abort);
        timer = setTimeout(() => reject(new RequestError("timeout", `no reply within ${timeout} ms`)), timeout);
        this.waiting_.set(id, { resolve, reject });
        this.send({ request: name, id, data }).catch((error) => reject(new RequestError(error.message)));
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      this.waiting_.delete(id);
    }
  }

  hear(reply: ReplyItem): void {
    this.due_.push(reply);
    this.moved();
  }

  /** The cursor has moved: what waited for that is handed over. */
  moved(): void {
    this.due_ = this.due_.filter(({ reply, data, cursor, error }) => {
      if (cursor && !hasPassed(this.reading_.cursor(), cursor)) return true;
      const waiting = this.waiting_.get(reply);
      if (error) waiting?.reject(new RequestError(error.code, error.message));
      else waiting?.resolve(data);
    });
  }

  /** Nothing that was asked is answered any more. */
  fail(code: string): void {
    for (const { reject } of this.waiting_.values()) reject(new RequestError(code));
  }
}
