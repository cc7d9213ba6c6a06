import {
  causeOf,
  type Answer,
  type Conversation,
  type Ending,
  type Item,
  type Reading,
  type Transport,
} from "./transports/transport.js";

/** What the server wishes to happen after it has ended a connection. */
export interface Advice {
  reconnect: "resume" | "fresh" | "never";
  afterMs: number;
}

export interface Outcome extends Ending {
  cause: string;
  /** How long it had delivered, and for how long nothing had passed at the end. */
  livedMs: number;
  quietMs: number;
  /** We ended it ourselves. */
  ours?: boolean;
  advice?: Advice;
}

export interface Receiver {
  item(attempt: Attempt, item: Item): void;
  answer(attempt: Attempt, answer: Answer | undefined): void;
  roundTrip(ms: number): void;
}

/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export interface Attempt {
  readonly name: string;
  readonly at: number;
  readonly ended: Promise<Outcome>;
  /** Hello, or a first answer, has come. */
  delivered: boolean;
  over: boolean;
  cause?: string;
  silenceMs: number;
  deliver(heartbeatMs?: number): void;
  /** Says a client frame; false where only requests can. */
  say(frame: object): boolean;
  /** Ends what has been silent for too long. What a page received while it stood still comes after its timers: when this
   *  is late, judgement waits a little more. */
  look(): void;
  /** It had its time to deliver. A stream whose head came but nothing behind it is held back by somebody. */
  giveUp(): void;
  /** Idempotent; the first cause counts. */
  end(cause: string, more?: Partial<Outcome>): void;
}

export function makeAttempt(
  name: string,
  transport: Transport,
  reading: Reading,
  receiver: Receiver,
  helloTimeoutMs: number,
): Attempt {
  let settle!: (outcome: Outcome) => void;
  let conversation: Conversation | undefined;
  let watch: ReturnType<typeof setInterval>;
  let openedAt = 0;
  let deliveredAt = 0;
  let heardAt = 0;
  let lookedAt = 0;
  const since = (at: number) => Date.now() - at;
  const everyMs = () => Math.min(self.silenceMs / 4, 5000);
  const judge = () => {
    if (self.silenceMs && since(heardAt) > self.silenceMs) self.end(`silent-for-${since(heardAt)}ms`);
  };
  const self: Attempt = {
    name,
    at: Date.now(),
    ended: new Promise((resolve) => (settle = resolve)),
    delivered: false,
    over: false,
    silenceMs: transport.silenceMs?.(reading) ?? 0,
    deliver(heartbeatMs) {
      if (heartbeatMs && !self.silenceMs) self.silenceMs = 2 * heartbeatMs + 5000;
      clearTimeout(helloTimer);
      self.delivered = true;
      deliveredAt = heardAt = lookedAt = Date.now();
      if (self.silenceMs) watch = setInterval(self.look, everyMs());
    },
    say(frame) {
      conversation?.say?.(frame);
      return !!conversation?.say;
    },
    look() {
      const late = since(lookedAt) > 3 * everyMs();
      lookedAt = Date.now();
      if (late) setTimeout(judge, 100);
      else judge();
    },
    giveUp() {
      self.end(openedAt && name === "sse" ? "buffered" : `no-hello-in-${since(self.at)}ms`);
    },
    end(cause, more) {
      if (self.over) return;
      self.over = true;
      self.cause = cause;
      clearTimeout(helloTimer);
      clearInterval(watch);
      conversation?.close();
      settle({ cause, livedMs: deliveredAt && since(deliveredAt), quietMs: since(heardAt), ...more });
    },
  };
  const helloTimer = setTimeout(self.giveUp, helloTimeoutMs);
  try {
    conversation = transport.open(reading, {
      opened: () => (openedAt = openedAt || Date.now()),
      heard: () => (heardAt = Date.now()),
      roundTrip: receiver.roundTrip,
      item: (item) => self.over || receiver.item(self, item),
      answer: (answer) => self.over || receiver.answer(self, answer),
      ended: (cause, more) =>
        self.end(openedAt && /^(closed|ended)/.test(cause) ? `${cause}-after-${since(openedAt)}ms` : cause, more),
    });
  } catch (error) {
    self.end(causeOf(error));
  }
  if (self.over) conversation?.close();
  return self;
}
