import { makeAttempt, type Advice, type Attempt, type AttemptReport, type Outcome } from "./attempt.js";
import { makeBackoff } from "./backoff.js";
import { leaveWhenBuffered } from "./buffering.js";
import { checkCursor } from "./cursor.js";
import type { Memory } from "./memory.js";
import type { Control, Item, Reading, Transport } from "./transports/transport.js";

export interface LinkStatus {
  state: "connecting" | "connected" | "waiting" | "closed";
  /** While connected. */
  transport?: string;
  /** As last measured; undefined before. */
  roundTripMs?: number;
  /** The last 20, oldest first. */
  attempts: AttemptReport[];
}

export interface Settings {
  /** Best first. */
  transports: Readonly<Record<string, Transport>>;
  helloTimeoutMs?: number;
  headStartMs?: number;
  probeMs?: readonly [first: number, most: number];
  backoffMs?: readonly [first: number, most: number];
}

/** Keeps one connection to a server, by the best transport that gets through. */
export interface Link {
  status(): LinkStatus;
  start(): void;
  /** Without a word to anybody; `start` goes on where this left off. */
  stop(cause: string): void;
  /** Reads by this transport only; undefined: by the best, which is looked for while reading goes on. */
  use(transport?: string): void;
  /** Says a client frame in-band; false where the connection does not go both ways. Without one: whether it does. */
  say(frame?: object): boolean;
  /** What is asked for has changed. Gives whether `frame` told the server so, in-band. */
  renew(frame?: object): boolean;
  /** Time may have stood still, and (`changed`) the network may be another one: what is due is done now. */
  look(changed: boolean): void;
}

const REPORTS = 20;
const STEADY_MS = 5000; // a connection that ends sooner does not reset the back-off
const SUDDEN_MS = 1000; // one that ends even sooner is not what everybody lost together
const LONGEST_ADVICE_MS = 3_600_000; // beyond 2^31 ms a timer fires at once
const STOPPED = "stopped";

/** `hear` gets every conversation's items in order, and all ends as a `bye`: with its `cause`, and with `after_ms` until
 *  the next attempt. A hello names the transport as `via`. */
export function makeLink(settings: Settings, reading: Reading, memory: Memory, hear: (item: Item) => void): Link {
  const { transports, helloTimeoutMs = 10_000, headStartMs, probeMs = [5000, 120_000], backoffMs = [] } = settings;
  const names = Object.keys(transports);
  const backoff = makeBackoff(...backoffMs);
  const attempts: Attempt[] = [];
  let current: Attempt | undefined;
  let state: LinkStatus["state"] = "connecting";
  let wished = false; // that it runs
  let running = false;
  let hurried = false; // the next round begins without delay
  let pinned: string | undefined;
  let again: string | undefined; // to be tried first once more
  let offered: readonly string[] | undefined;
  let probe: ReturnType<typeof setTimeout>;
  let pauseMs = probeMs[0];
  let stopRound: (() => void) | undefined; // while one is under way
  let advised = false; // the server said when to come back
  let wake: (() => void) | undefined; // ends a wait

  const rank = (name: string) => names.indexOf(name);
  const offers = (name: string) => offered?.includes(name) ?? true;
  const stillOffered = () => names.filter(offers);

  /** A race: each transport has a head start over the next, which begins at once where one fails. The first that
   *  delivers wins, and the others are dropped. Gives undefined where one has won. */
  const round = (candidates: string[]): Promise<Outcome | undefined> => {
    stopRound?.();
    return new Promise((resolve) => {
      const racing = new Set<Attempt>();
      let failure: Outcome = { cause: STOPPED, livedMs: 0, quietMs: 0 };
      let downs = 0;
      let timer: ReturnType<typeof setTimeout>;
      const finish = (winner?: Attempt) => {
        clearTimeout(timer);
        stopRound = undefined;
        const dropped = [...racing];
        racing.clear();
        for (const attempt of dropped) {
          if (winner && rank(attempt.name) < rank(winner.name)) attempt.giveUp();
          else if (attempt !== winner) attempt.end(winner ? "outrun" : STOPPED, { ours: true });
        }
        resolve(winner ? undefined : failure);
      };
      const next = () => {
        clearTimeout(timer);
        const name = candidates.shift();
        if (!name) return racing.size || finish();
        const attempt = open(name, finish);
        if (attempt.report.delivered) return;
        racing.add(attempt);
        if (candidates.length) timer = setTimeout(next, leadMs());
        attempt.ended.then((outcome) => {
          if (!racing.delete(attempt)) return;
          const { down, advice } = outcome;
          if (down) memory.judge(false);
          failure = { ...outcome, afterMs: Math.max(failure.afterMs ?? 0, outcome.afterMs ?? 0) };
          // Where the server itself is away, poorer transports are no remedy.
          if ((down && ++downs > 1) || advice) finish();
          else next();
        });
      };
      stopRound = () => finish();
      next();
    });
  };

  const roundTripMs = () => memory.tripMs() ?? 250;
  const leadMs = () => headStartMs ?? Math.min(2000, Math.max(500, 4 * roundTripMs()));

  const open = (name: string, won: (attempt: Attempt) => void): Attempt => {
    let askedAt = 0;
    const take = (attempt: Attempt, item: Item) => {
      const { control } = item;
      const { delivered } = attempt.report;
      const { id, cursor, from, to } = item as Partial<Control>;
      for (const place of [id, cursor, from, to]) if (place !== undefined) checkCursor(place);
      if (control === "bye") {
        const advice = { reconnect: item.reconnect as Advice["reconnect"], afterMs: +(item.after_ms as number) || 0 };
        attempt.end((item.cause as string) ?? "bye-" + item.reason, { advice });
      } else if (control === "hello") {
        const heartbeatMs = item.heartbeat_ms as number;
        if (item.protocol !== 1) throw new Error("protocol " + item.protocol);
        if (!(heartbeatMs > 0)) throw new Error("malformed: hello");
        if (!delivered) {
          attempt.deliver(heartbeatMs);
          if (item.transports) offered = [item.transports as string[]].flat();
          won(attempt);
          adopt(attempt, item.resume === "reset");
        }
        hear({ via: name, ...item });
        if (!attempt.over && attempt.say({ control: "ping" })) askedAt = Date.now();
      } else if (!delivered) throw new Error("malformed: hello");
      else {
        if (control === "ping" && askedAt) {
          memory.measured(Date.now() - askedAt);
          askedAt = 0;
        }
        hear(item);
      }
    };
    // What is slower than this while another transport works is held back.
    const patienceMs = current ? Math.max(2500, 8 * roundTripMs()) : Infinity;
    const timeoutMs = Math.min(patienceMs, helloTimeoutMs);
    const attempt = makeAttempt(name, transports[name]!, reading, timeoutMs, take, memory.measured);
    attempt.ended.then(({ cause }) => cause === "buffered" && memory.rest(name));
    if (attempts.push(attempt) > REPORTS) attempts.shift();
    return attempt;
  };

  /** From here on, this is the connection. */
  const adopt = (attempt: Attempt, anew: boolean) => {
    const { name } = attempt;
    const old = current;
    current = attempt;
    state = "connected";
    hurried = false;
    old?.end("switched", { ours: true });
    memory.judge(!anew);
    if (!pinned) memory.won(name);
    if (name === names[0]) pauseMs = probeMs[0];
    if (old?.name !== name) probeLater();
    if (name === "sse") leaveWhenBuffered(attempt, reading, offered);
  };

  /** Better transports are tried while reading goes on, ever more rarely, and taken over. */
  const probeLater = (ms = pauseMs * (0.75 + Math.random() / 2)) => {
    clearTimeout(probe);
    if (!current || pinned || current.name === names[0]) return;
    probe = setTimeout(async () => {
      const better = stillOffered().filter((name) => rank(name) < rank(current!.name) && !memory.resting(name));
      if (better.length) pauseMs = Math.min(probeMs[1], 2 * pauseMs);
      if (stopRound || !better.length || (await round(better))) probeLater();
    }, ms);
  };

  const run = async () => {
    running = true;
    await undefined; // whoever began this is to have its hands free
    while (wished) {
      hurried = false;
      state = "connecting";
      const place = (name: string) => (name === again ? -1 : memory.rank(name));
      const candidates = pinned ? [pinned] : stillOffered().sort((a, b) => place(a) - place(b));
      again = undefined;
      let outcome = await round(candidates);
      if (outcome) offered = undefined;
      while (current) {
        const attempt: Attempt = current;
        outcome = await attempt.ended;
        if (current !== attempt) continue;
        current = undefined;
        const { ours, advice, cause, livedMs, quietMs } = outcome;
        if (!ours && !advice && cause !== "buffered") memory.died(attempt.name, livedMs, quietMs);
      }
      clearTimeout(probe);
      stopRound?.();
      if (hurried) backoff.reset();
      else await rest(outcome!);
    }
    running = false;
    if (state !== "closed") state = "waiting";
  };

  const rest = async ({ advice, cause, livedMs, afterMs = 0 }: Outcome) => {
    if (livedMs >= STEADY_MS) backoff.reset();
    if (livedMs >= SUDDEN_MS) backoff.widen();
    const ownMs = backoff.next();
    // Advice to come back at once, taken again and again, would be a hot loop.
    let retryMs = advice ? Math.max(advice.afterMs, backoff.begun() ? ownMs : 0) : Math.max(afterMs, ownMs);
    retryMs = Math.min(retryMs, LONGEST_ADVICE_MS);
    const reconnect = advice?.reconnect ?? "resume";
    wished = wished && reconnect !== "never";
    state = wished ? "waiting" : "closed";
    advised = !!advice || afterMs > 0;
    hear({ control: "bye", cause, after_ms: retryMs, reconnect });
    if (!wished || hurried) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const hurry = (cause: string) => {
    hurried = true;
    stopRound?.();
    current?.end(cause, { ours: true });
    wake?.();
  };

  const link: Link = {
    status: () => ({
      state,
      transport: current?.name,
      roundTripMs: memory.tripMs(),
      attempts: attempts.map(({ report }) => ({ ...report })),
    }),
    start() {
      wished = true;
      if (!running) run();
    },
    stop(cause) {
      wished = false;
      hurry(cause);
    },
    use(transport) {
      pinned = transport;
      pauseMs = probeMs[0];
      stopRound?.();
      if (current && (transport ?? current.name) === current.name) probeLater(0);
      else hurry("switched");
    },
    say: (frame) => !!current?.say(frame),
    renew(frame) {
      if (frame && !stopRound && link.say(frame)) return true;
      // The old conversation must not go on: it would move the cursor past what only the new one gives.
      again = current?.name;
      if (state !== "waiting") hurry("renewed");
      return false;
    },
    look(changed) {
      current?.look();
      pauseMs = probeMs[0];
      if (changed) {
        memory.doubt();
        link.renew();
      }
      if (state === "waiting") advised || wake?.();
      else probeLater();
    },
  };
  return link;
}
