import { Attempt, type Advice, type Outcome } from "./attempt.js";
import { Backoff } from "./backoff.js";
import { checkCursor } from "./cursor.js";
import { Delivery } from "./delivery.js";
import { Handlers, type Handler } from "./handlers.js";
import type {
  Answer,
  Control,
  HostEvent,
  Item,
  Reading,
  Resume,
  Transport,
  TransportName,
} from "./transports/transport.js";

export interface Options {
  /** Which to try, in this order; all four unless told otherwise. */
  transports?: readonly TransportName[];
  /** Event types to read: exact names or `sensor.*`. All that the client may see, unless told otherwise. */
  events?: readonly string[];
  /** Where a newcomer begins: with the states and what follows (`latest`), or with everything that is kept
   *  (`earliest`). `latest` unless told otherwise. */
  after?: "latest" | "earliest";
  /** Between two polls; 1000, and at least 50. */
  pollIntervalMs?: number;
  /** A transport that delivers nothing for so long has failed; 4000. */
  helloTimeoutMs?: number;
  /** Bounds of the first and of the longest delay between attempts; 500 and 20,000. */
  backoffMs?: readonly [first: number, most: number];
  /** Whether events carry their time of emission. */
  at?: boolean;
}

/** What happens to the connection, as events of their own. */
export interface Lifecycle {
  /** A connection is there, the first one or after `disconnected`. */
  connected: { transport: TransportName; resume: Resume };
  /** Reading goes on by another transport, from the same cursor. */
  switched: { from: TransportName; to: TransportName };
  /** Events of these types, after `from` up to and with `to`, are gone: they were not kept for long enough. Their
   *  states may be given again. */
  gap: { types: string[]; from: string; to: string };
  /** What was received so far belongs to another life of the log (the process restarted, or rights changed): what still
   *  holds is given again from here on. */
  reset: { cursor?: string };
  /** The connection is lost. `retryMs`: when the next attempt begins; undefined: never, at the server's wish. */
  disconnected: { transport?: TransportName; cause: string; retryMs?: number };
}

export interface AttemptReport {
  transport: TransportName;
  /** Unix milliseconds. */
  at: number;
  delivered: boolean;
  /** Why it ended; undefined while it goes on. */
  cause?: string;
}

export interface Status {
  state: "connecting" | "connected" | "waiting" | "closed";
  /** While connected. */
  transport?: TransportName;
  cursor?: string;
  /** The last 20, oldest first. */
  attempts: AttemptReport[];
}

type Names<Events> = keyof Events & string;

const ANY = "any";
const HOST = "event:";
const lifecycle = ["connected", "switched", "gap", "reset", "disconnected"];
const REPORTS = 20;
const ROUNDS_FROM_THE_TOP = 4; // of so many rounds, one begins with the best transport, not with the one that worked
const STEADY_MS = 5000; // a connection that ends sooner does not reset the back-off
const LONGEST_ADVICE_MS = 3_600_000; // beyond 2^31 ms a timer fires at once

/** One server's events, each once and in order, by whichever transport gets through. */
export class Device<Events extends object = Record<string, any>> {
  private readonly handlers = new Handlers();
  private readonly backoff: Backoff;
  private readonly reading: Reading;
  private readonly order: readonly TransportName[];
  private readonly helloTimeoutMs: number;
  private readonly reports: AttemptReport[] = [];
  private delivery = new Delivery();
  private session?: string;
  private state: Status["state"] = "connecting";
  private attempt?: Attempt;
  private attempting?: TransportName;
  private pinned?: TransportName;
  private last?: TransportName; // delivered last
  private worked?: TransportName; // the same, where the choice was ours: tried first
  private rounds = 0;
  private announced = false; // the page believes that there is a connection
  private resetDue = false; // the next connection begins anew
  private resetTold = false; // a `reset` among the items repeats what hello or the answer said
  private hurried = false; // the current round is void, and the next one begins without delay
  private wake = () => {};

  /** @internal */
  constructor(
    base: URL,
    options: Options,
    private readonly transports: Readonly<Record<TransportName, Transport>>,
  ) {
    this.order = options.transports ?? (Object.keys(transports) as TransportName[]);
    this.order.forEach((name) => this.known(name));
    if (!this.order.length) throw new TypeError("no transports");
    this.helloTimeoutMs = options.helloTimeoutMs ?? 4000;
    this.backoff = new Backoff(...(options.backoffMs ?? []));
    this.reading = {
      base,
      events: options.events,
      at: options.at,
      after: options.after,
      pollIntervalMs: Math.max(50, options.pollIntervalMs ?? 1000),
      cursor: () => this.delivery.cursor,
      session: () => this.session,
    };
    queueMicrotask(() => this.run()); // handlers that are registered at once miss nothing
  }

  /** Calls `handler` with every event of a type, or with what happens to the connection (see `Lifecycle`). A host's
   *  event type of such a name, or one that begins with `event:`, is reached as `event:<type>`. Events that came before
   *  are not given again. Returns what ends it. */
  on<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
  on<Name extends Names<Events>>(
    name: Name | `event:${Name}`,
    handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown,
  ): () => void;
  on(name: string, handler: Handler): () => void {
    return this.handlers.add(key(name), handler);
  }

  /** As `on`, for the first one only. */
  once<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
  once<Name extends Names<Events>>(
    name: Name | `event:${Name}`,
    handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown,
  ): () => void;
  once(name: string, handler: Handler): () => void {
    return this.handlers.add(key(name), handler, true);
  }

  /** Ends what `on` or `once` began; without a handler, for all of that name. */
  off(name: keyof Lifecycle | Names<Events> | `event:${Names<Events>}`, handler?: Handler): void {
    this.handlers.remove(key(name), handler);
  }

  /** Calls `handler` with the events of all types, after the type's own handlers. */
  onAny(handler: (event: HostEvent<Events[Names<Events>]>) => unknown): () => void {
    return this.handlers.add(ANY, handler);
  }

  status(): Status {
    return {
      state: this.state,
      transport: this.state === "connected" ? this.attempting : undefined,
      cursor: this.delivery.cursor,
      attempts: this.reports.map((report) => ({ ...report })),
    };
  }

  /** Reads by this transport only, from the cursor on, until told otherwise; "auto" goes back to the order. */
  use(transport: TransportName | "auto"): void {
    this.pinned = transport === "auto" ? undefined : this.known(transport);
    this.worked = undefined;
    const { attempt } = this;
    const same = this.attempting === (this.pinned ?? this.order[0]);
    if (same && attempt?.delivered) return;
    this.hurried = true;
    if (!same) attempt?.end("switched by hand");
    this.wake();
  }

  /** For good; no handler is called any more. */
  close(): void {
    this.state = "closed";
    this.handlers.clear();
    this.attempt?.end("closed");
    this.wake();
  }

  private known(name: TransportName): TransportName {
    if (!Object.keys(this.transports).includes(name)) throw new TypeError(`no such transport: ${name}`);
    return name;
  }

  private get closed(): boolean {
    return this.state === "closed";
  }

  // One attempt after the other, never two at once. A round goes through the ladder until one delivers.
  private async run(): Promise<void> {
    while (!this.closed) {
      this.hurried = false;
      let outcome: Outcome | undefined;
      let afterMs = 0;
      for (const name of this.ladder()) {
        outcome = await this.converse(name);
        if (this.closed) return;
        if (outcome.delivered || outcome.advice || this.hurried) break;
        afterMs = Math.max(afterMs, outcome.afterMs ?? 0);
      }
      if (this.hurried) this.backoff.reset();
      else await this.rest(outcome!, afterMs);
    }
  }

  private ladder(): readonly TransportName[] {
    if (this.pinned) return [this.pinned];
    const { order, worked } = this;
    if (!worked || !order.includes(worked) || ++this.rounds % ROUNDS_FROM_THE_TOP === 0) return order;
    return [worked, ...order.filter((name) => name !== worked)];
  }

  private async converse(name: TransportName): Promise<Outcome> {
    const report: AttemptReport = { transport: name, at: Date.now(), delivered: false };
    if (this.reports.push(report) > REPORTS) this.reports.shift();
    this.state = "connecting";
    this.attempting = name;
    this.resetTold = false;
    this.attempt = new Attempt(this.transports[name], this.reading, this.receiver, this.helloTimeoutMs);
    const outcome = await this.attempt.ended;
    this.attempt = undefined;
    report.cause = outcome.cause;
    return outcome;
  }

  private async rest(outcome: Outcome, afterMs: number): Promise<void> {
    const { advice, cause } = outcome;
    if (outcome.livedMs >= STEADY_MS) this.backoff.reset();
    const ownMs = this.backoff.next();
    let retryMs: number | undefined = Math.max(afterMs, ownMs);
    // Advice to come back at once, taken again and again, would be a hot loop.
    if (advice) retryMs = this.backoff.failures > 1 ? Math.max(advice.afterMs, ownMs) : advice.afterMs;
    retryMs = Math.min(retryMs, LONGEST_ADVICE_MS);
    if (advice?.reconnect === "fresh") {
      this.delivery = new Delivery();
      this.session = undefined;
      this.resetDue = true;
    }
    this.state = "waiting";
    const last = advice?.reconnect === "never";
    if (this.announced || last) {
      this.announced = false;
      this.handlers.call("disconnected", { transport: this.last, cause, retryMs: last ? undefined : retryMs });
    }
    if (last) this.state = "closed";
    if (this.closed || this.hurried) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private readonly receiver = {
    item: (attempt: Attempt, item: Item): void => {
      if (!attempt.delivered && item.control !== "hello" && item.control !== "bye")
        throw new Error("hello did not come first");
      if (item.control !== undefined) this.heed(attempt, item);
      else if (item.id !== undefined) this.deliver(item);
    },
    answer: (attempt: Attempt, answer: Answer | undefined): void => {
      const cursor = answer && checkCursor(answer.cursor);
      this.begin(attempt, answer?.resume ?? "ok");
      if (!answer || !cursor) return;
      for (const item of answer.events) {
        if (attempt.over) return;
        this.receiver.item(attempt, item);
      }
      this.delivery.advance(cursor);
    },
  };

  /** What a hello or an answer says about how reading goes on. */
  private begin(attempt: Attempt, resume: Resume, cursor?: string, heartbeatMs?: number): void {
    const first = !attempt.delivered;
    const name = this.attempting!;
    const from = this.last;
    const reset = resume === "reset" || this.resetDue;
    this.resetTold = reset;
    this.resetDue = false;
    if (reset) this.delivery.reset(cursor);
    else if (cursor) this.delivery.advance(cursor);
    if (first) {
      attempt.deliver(heartbeatMs);
      this.reports[this.reports.length - 1]!.delivered = true;
      this.state = "connected";
      this.hurried = false;
      this.last = name;
      if (!this.pinned) this.worked = name;
      if (!this.announced) {
        this.announced = true;
        this.handlers.call("connected", { transport: name, resume });
      }
      if (from && from !== name && !attempt.over) this.handlers.call("switched", { from, to: name });
    }
    if (reset && !attempt.over) this.handlers.call("reset", { cursor });
  }

  private deliver(event: HostEvent & { base64?: string }): void {
    checkCursor(event.id);
    this.resetTold = false;
    if (!this.delivery.admits(event)) return;
    if (event.base64 !== undefined) {
      event.data = Uint8Array.from(atob(event.base64), (byte) => byte.charCodeAt(0));
      delete event.base64;
    }
    this.handlers.call(HOST + event.event, event.data, event);
    this.handlers.call(ANY, event);
    this.delivery.handled(event);
  }

  private heed(attempt: Attempt, control: Control): void {
    const cursor = control.cursor === undefined ? undefined : checkCursor(control.cursor);
    switch (control.control) {
      case "hello":
        if (control.protocol !== 1) throw new Error(`protocol ${control.protocol} is not ours`);
        if (typeof control.session === "string") this.session = control.session;
        return this.begin(attempt, control.resume as Resume, cursor, control.heartbeat_ms as number);
      case "gap": {
        const to = checkCursor(control.to);
        const types = this.delivery.lose(control.types as string[], to);
        if (types.length) this.handlers.call("gap", { types, from: checkCursor(control.from), to });
        return;
      }
      case "reset":
        if (!this.resetTold) return this.begin(attempt, "reset", cursor);
        this.resetTold = false;
        return this.delivery.reset(cursor);
      case "bye": {
        const reconnect = control.reconnect as Advice["reconnect"];
        const afterMs = Math.max(0, Number(control.after_ms) || 0);
        return attempt.end(`bye: ${control.reason}`, { advice: { reconnect, afterMs } });
      }
      default:
        if (cursor) this.delivery.advance(cursor); // live, ping, subscribed
    }
  }
}

function key(name: string): string {
  if (lifecycle.includes(name)) return name;
  return name.startsWith(HOST) ? name : HOST + name;
}
