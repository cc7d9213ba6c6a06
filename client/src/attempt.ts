import type { Conversation, Ending, Item, Reading, Transport } from "./transports/transport.js";

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

export interface AttemptReport {
  /** `tab`: by the connection of another tab. */
  transport: string;
  /** Unix milliseconds. */
  at: number;
  /** Hello, or a first answer, has come. */
  delivered: boolean;
  /** Why it ended; undefined while it goes on. */
  cause?: string;
}

const LOOK_MS = 2000;

/** One conversation and its deadlines: it fails unless it delivers in time, and once it has, it must not fall silent.
 *  Silence is measured by the clock on the wall, since timers of a hidden tab are late by minutes. */
export interface Attempt {
  readonly name: string;
  readonly report: AttemptReport;
  readonly ended: Promise<Outcome>;
  over: boolean;
  /** Hello has come. */
  deliver(heartbeatMs: number): void;
  /** Says a client frame; false where only requests can. Without one: whether it could. */
  say(frame?: object): boolean;
  /** Ends what has been silent for too long; but what a page received while it stood still comes after its timers, so
   *  judgement waits a little. */
  look(): void;
  /** It had its time to deliver. A stream whose head came and no byte behind it is held back by somebody. */
  giveUp(): void;
  /** Idempotent; the first cause counts. */
  end(cause: string, more?: Partial<Outcome>): void;
}

export function makeAttempt(
  name: string,
  transport: Transport,
  reading: Reading,
  helloTimeoutMs: number,
  onItem: (attempt: Attempt, item: Item) => void,
  onRoundTrip: (ms: number) => void,
): Attempt {
  let settle!: (outcome: Outcome) => void;
  let conversation: Conversation | undefined;
  let watch: ReturnType<typeof setInterval>;
  let silenceMs = 0;
  let openedAt = 0;
  let deliveredAt = 0;
  let heardAt = 0;
  const since = (at: number) => Date.now() - at;
  const judge = () => {
    const ms = since(heardAt);
    if (silenceMs && ms > silenceMs) self.end(`silent-for-${ms}ms`);
  };
  const report: AttemptReport = { transport: name, at: Date.now(), delivered: false };
  const self: Attempt = {
    name,
    report,
    ended: new Promise((resolve) => (settle = resolve)),
    over: false,
    deliver(heartbeatMs) {
      clearTimeout(helloTimer);
      report.delivered = true;
      deliveredAt = heardAt = Date.now();
      silenceMs = 2 * heartbeatMs + 5000;
      watch = setInterval(self.look, LOOK_MS);
    },
    say: (frame) => !!conversation?.say && (!frame || conversation.say(frame)),
    look: () => void setTimeout(judge, 100),
    giveUp() {
      self.end(name === "sse" && openedAt > heardAt ? "buffered" : `no-hello-in-${since(report.at)}ms`);
    },
    end(cause, more) {
      if (self.over) return;
      self.over = true;
      report.cause = cause;
      clearTimeout(helloTimer);
      clearInterval(watch);
      conversation?.close();
      settle({ cause, livedMs: deliveredAt && since(deliveredAt), quietMs: since(heardAt), ...more });
    },
  };
  const helloTimer = setTimeout(self.giveUp, helloTimeoutMs);
  try {
    conversation = transport.open(reading, {
      opened(roundTripMs) {
        openedAt = openedAt || Date.now();
        if (roundTripMs !== undefined) onRoundTrip(roundTripMs);
      },
      heard: () => (heardAt = Date.now()),
      item(item, bytes) {
        if (self.over) return;
        heardAt = Date.now();
        try {
          if (typeof item === "string") item = JSON.parse(item) as Item;
          if (bytes) item.data = bytes;
          onItem(self, item);
        } catch (error) {
          self.end((error as Error).message);
        }
      },
      ended: (cause, more) =>
        self.end(openedAt && /^(closed|ended)/.test(cause) ? `${cause}-after-${since(openedAt)}ms` : cause, more),
    });
  } catch (error) {
    self.end((error as Error).message);
  }
  if (self.over) conversation?.close();
  return self;
}
