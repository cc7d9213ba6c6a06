import {
  causeOf,
  type Answer,
  type Conversation,
  type Item,
  type Reading,
  type Transport,
} from "./transports/transport.js";

/** What the server wishes to happen after it has ended a connection. */
export interface Advice {
  reconnect: "resume" | "fresh" | "never";
  afterMs: number;
}

export interface Outcome {
  /** Whether hello, or a first answer, had come. */
  delivered: boolean;
  /** For how long it had delivered. */
  livedMs: number;
  cause: string;
  advice?: Advice;
  /** The server's wish not to be asked again before. */
  afterMs?: number;
}

export interface Receiver {
  item(attempt: Attempt, item: Item): void;
  answer(attempt: Attempt, answer: Answer | undefined): void;
}

/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export class Attempt {
  readonly ended: Promise<Outcome>;
  over = false;
  private settle!: (outcome: Outcome) => void;
  private conversation?: Conversation;
  private readonly helloTimer: ReturnType<typeof setTimeout>;
  private watch?: ReturnType<typeof setInterval>;
  private heardAt = 0;
  private deliveredAt?: number;
  private readonly silenceMs?: number;

  constructor(transport: Transport, reading: Reading, receiver: Receiver, helloTimeoutMs: number) {
    this.ended = new Promise((resolve) => (this.settle = resolve));
    this.helloTimer = setTimeout(() => this.end(`nothing delivered within ${helloTimeoutMs} ms`), helloTimeoutMs);
    this.silenceMs = transport.silenceMs?.(reading);
    try {
      this.conversation = transport.open(reading, {
        heard: () => (this.heardAt = Date.now()),
        item: (item) => this.over || receiver.item(this, item),
        answer: (answer) => this.over || receiver.answer(this, answer),
        ended: (cause, afterMs) => this.end(cause, { afterMs }),
      });
    } catch (error) {
      this.end(causeOf(error));
    }
    if (this.over) this.conversation?.close();
  }

  get delivered(): boolean {
    return this.deliveredAt !== undefined;
  }

  /** Hello, or a first answer, has come. */
  deliver(heartbeatMs = 0): void {
    const silenceMs = this.silenceMs ?? (heartbeatMs && 2 * heartbeatMs + 5000);
    clearTimeout(this.helloTimer);
    this.deliveredAt = this.heardAt = Date.now();
    if (!silenceMs) return;
    this.watch = setInterval(
      () => {
        const silentMs = Date.now() - this.heardAt;
        if (silentMs > silenceMs) this.end(`silent for ${silentMs} ms`);
      },
      Math.min(silenceMs / 4, 5000),
    );
  }

  /** Idempotent; the first cause counts. */
  end(cause: string, more: Pick<Outcome, "advice" | "afterMs"> = {}): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.helloTimer);
    clearInterval(this.watch);
    this.conversation?.close();
    const livedMs = this.delivered ? Date.now() - this.deliveredAt! : 0;
    this.settle({ delivered: this.delivered, livedMs, cause, ...more });
  }
}
