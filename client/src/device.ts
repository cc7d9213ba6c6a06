import { makeDelivery, type Gap } from "./delivery.js";
import { HOST, makeHandlers, type Handler } from "./handlers.js";
import { follow } from "./lifecycle.js";
import { makeLink, type LinkStatus } from "./link.js";
import { makeMemory } from "./memory.js";
import { makeOutbox, type News, type RequestOptions } from "./outbox.js";
import { added, checkNames, same, union, wants, type Subscription } from "./subscription.js";
import { tab } from "./tab.js";
import { canShare, joinTeam, type Team } from "./team.js";
import {
  type Control,
  type HostEvent,
  type Item,
  type Reading,
  type ReplyItem,
  type Resume,
  type Transport,
  type TransportName,
} from "./transports/transport.js";

export interface Options {
  /** Which to try, best first; all four unless told otherwise. */
  transports?: readonly TransportName[];
  /** Event types to read: exact names or `sensor.*`. All that the client may see, unless told otherwise. `subscribe`
   *  changes it. */
  events?: readonly string[];
  /** Where a newcomer begins: with the states and what follows (`latest`), or with everything that is kept
   *  (`earliest`). `latest` unless told otherwise. */
  after?: "latest" | "earliest";
  /** Whether events carry their time of emission. */
  at?: boolean;
  /** Whether the tabs of this origin read by one connection. Yes, unless told otherwise. */
  share?: boolean;
  /** Between two polls; 1000, and at least 50. */
  pollIntervalMs?: number;
  /** A transport that delivers nothing for so long has failed; 10,000. */
  helloTimeoutMs?: number;
  /** For how long a transport is waited for before the next one is tried as well. Four round trips, but 500 to 2000,
   *  unless told otherwise; 1000 as long as no round trip is known. */
  headStartMs?: number;
  /** Bounds of the first and of the longest pause before better transports are tried again; 5000 and 120,000. */
  probeMs?: readonly [first: number, most: number];
  /** Bounds of the first and of the longest delay between attempts; 500 and 20,000. */
  backoffMs?: readonly [first: number, most: number];
}

/** What happens to the connection, as events of their own. */
export interface Lifecycle {
  /** A connection is there, the first one or after `disconnected`. */
  connected: { transport: TransportName; resume: Resume };
  /** Reading goes on by another transport, from the same cursor. */
  switched: { from: TransportName; to: TransportName };
  /** Events of these types, after `from` up to and with `to`, are gone: they were not kept for long enough. Their
   *  states may be given again. */
  gap: Gap;
  /** What was received so far belongs to another life of the log (the process restarted, or rights changed): what still
   *  holds is given again from here on. */
  reset: { cursor?: string };
  /** The connection is lost. `retryMs`: when the next attempt begins; undefined: never, at the server's wish. */
  disconnected: { transport?: TransportName; cause: string; retryMs?: number };
}

export interface Status extends LinkStatus {
  /** While connected. */
  transport?: TransportName;
  cursor?: string;
  /** Whether this tab has its connection to itself, holds one for others as well, or reads by another tab's. */
  role: "alone" | "leader" | "follower";
}

type Names<Events> = keyof Events & string;

/** One server's events, each once and in order, by whichever transport gets through. */
export interface Device<Events extends object = Record<string, any>> {
  /** Calls `handler` with every event of a type, or with what happens to the connection (see `Lifecycle`). A host's
   *  event type of such a name, or one that begins with `event:`, is reached as `event:<type>`. Events that came before
   *  are not given again. Returns what ends it. */
  on<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
  on<Name extends Names<Events>>(
    name: Name | `event:${Name}`,
    handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown,
  ): () => void;
  /** As `on`, for the first one only. */
  once<Name extends keyof Lifecycle>(name: Name, handler: (what: Lifecycle[Name]) => unknown): () => void;
  once<Name extends Names<Events>>(
    name: Name | `event:${Name}`,
    handler: (data: Events[Name], event: HostEvent<Events[Name]>) => unknown,
  ): () => void;
  /** Ends what `on` or `once` began; without a handler, for all of that name. */
  off(name: keyof Lifecycle | Names<Events> | `event:${Names<Events>}`, handler?: (...values: any[]) => unknown): void;
  /** Calls `handler` with the events of all types, after the type's own handlers. */
  onAny(handler: (event: HostEvent<Events[Names<Events>]>) => unknown): () => void;
  /** Reads these event types from now on: exact names or `sensor.*`; undefined: all. The states of those that are new
   *  are given first. */
  subscribe(events?: readonly string[]): void;
  /** Sends a message to the host, which has no answer. Resolves when the server has taken it, however long that takes;
   *  rejects with a `RequestError`. */
  send(name: string, data?: unknown): Promise<void>;
  /** Asks the host, and resolves with its reply; rejects with a `RequestError`. A reply comes after the events that its
   *  handler emitted. */
  request<Reply = any>(name: string, data?: unknown, options?: RequestOptions): Promise<Reply>;
  status(): Status;
  /** Reads by this transport only, until told otherwise, and by a connection of this tab's own; "auto" goes back to the
   *  best one. */
  use(transport: TransportName | "auto"): void;
  /** For good; no handler is called any more. */
  close(): void;
}

const STOOD_STILL_MS = 2000; // what a leader has heard so late, it has not led since

/** `transports`: all that there are, best first. */
export function makeDevice(
  base: URL,
  options: Options,
  all: Readonly<Record<TransportName, Transport>>,
): Device<Record<string, any>> {
  const check = (name: string | undefined, among: object) => {
    if (!Object.keys(among).includes(name!)) throw TypeError("not a transport: " + name);
    return name as TransportName;
  };
  const names = options.transports ?? (Object.keys(all) as TransportName[]);
  const transports: Record<string, Transport> = {};
  for (const name of names) transports[check(name, all)] = all[name];
  check(names[0], all);

  const { at, after, pollIntervalMs = 1000 } = options;
  const handlers = makeHandlers();
  /** A page that goes keeps its token for when it is loaded again. A tab that is duplicated while it runs must not have
   *  it, too: so it is there only while nobody runs. */
  const kept = (token?: string): string | undefined => {
    const key = `pushwire ${base}`;
    try {
      const before = sessionStorage[key];
      if (token) sessionStorage[key] = token;
      else delete sessionStorage[key];
      return before;
    } catch {
      // as good as a new page
    }
  };
  let delivery = makeDelivery();
  let session = kept(); // a secret: told to nobody but the server and tabs that share a connection
  let wanted = checkNames(options.events);
  let fresh: string[] = []; // wanted since a moment ago: their states are not all here yet
  let asking = 0; // changes of the subscription that the server has not confirmed
  let closed = false;
  let hidden = false;
  let apart = options.share === false || !canShare(); // no team for this tab
  let pinned = false;
  let last: TransportName | undefined; // delivered last
  let announced = false; // the page believes that there is a connection
  let resetDue = false; // the next connection begins anew

  let team: Team | undefined;
  let role: Status["role"] = "alone";
  let leader: LinkStatus | undefined; // as a follower was told
  let chief: string | undefined; // who told it
  let greeting: Control | undefined; // of our own connection, while there is one
  const others = new Map<string, Subscription>(); // our followers
  const joining = new Set<string>(); // of those, who waits for a hello

  const reads = () => union([wanted, ...others.values()]);
  const meet = (token: unknown) => {
    if (!token || token === session) return;
    if (session) outbox.expired();
    session = token as string;
  };

  const memory = makeMemory(base);
  const reading: Reading = {
    base,
    at,
    after,
    pauseMs: Math.max(50, pollIntervalMs),
    events: reads,
    fresh: () => fresh,
    cursor: () => delivery.cursor(),
    session: () => session,
    meet,
    beatMs: memory.beatMs,
  };
  const alone = () => {
    apart = true;
    begin();
  };
  const otherTab = tab(() => team!, alone);
  const own = makeLink({ ...options, transports }, reading, memory, (item) => tell(item));
  const shared = makeLink({ ...options, transports: { tab: otherTab } }, reading, makeMemory(), (item) => hear(item));
  shared.use("tab");
  const link = () => (role === "follower" ? shared : own);
  const outbox = makeOutbox(
    reading,
    (frame) => (announced && !hidden ? own.say(frame) : undefined),
    (message) => role === "follower" && (team!.say(message, chief), true),
  );

  /** Takes the part that is due: none, one of the team, or all alone. */
  const begin = () => {
    const away = closed || hidden;
    const joins = !apart && !pinned && !away;
    if (joins && team) return;
    team?.leave();
    team = undefined;
    play("alone");
    if (away) own.stop(closed ? "closed" : "hidden");
    else if (!joins) own.start();
    else {
      try {
        team = joinTeam(`pushwire ${base} ${names} ${at}`, member);
      } catch {
        alone();
      }
    }
  };

  const play = (part: Status["role"]) => {
    role = part;
    others.clear();
    joining.clear();
    outbox.drop();
    if (part === "follower") {
      greeting = undefined;
      own.stop(part);
      outbox.begin();
      return shared.start();
    }
    shared.stop(part);
    if (part === "leader") own.start();
  };

  const renew = () => {
    if (link().renew({ subscribe: reads() ?? ["*"], fresh })) ++asking;
  };

  // --- one of several tabs ---

  const member = {
    alone,
    lead() {
      play("leader");
      team!.say({ roll: true });
    },
    follow: () => play("follower"),
    left(from: string) {
      outbox.drop(from);
      regroup(() => others.delete(from));
    },
    hear(message: any, from: string) {
      const { item, roll, ask, of } = message;
      if (role === "follower") {
        leader = message.status || leader;
        meet(message.session);
        if (item || roll) chief = from;
        if (item) otherTab.hear(item);
        else if (roll) {
          otherTab.rejoin();
          outbox.begin();
        } else if (of) outbox.told(of, message);
      } else if (ask) {
        const tell = (news: News) => team!.say({ of: ask, ...news }, from);
        // What waited for so long may have gone to another leader: it is asked for again.
        if (Date.now() - message.at > STOOD_STILL_MS) tell({ by: undefined });
        else outbox.take(`${from} ${ask}`, message.frame, message.id, tell);
      } else if ("join" in message) {
        joining.add(from);
        regroup(() => others.set(from, message.join));
      }
    },
  };

  /** Followers come and go, and what is read with them. */
  const regroup = (change: () => void) => {
    const before = reads();
    change();
    if (!same(before, reads())) renew();
    welcome();
  };

  /** Greets the followers that wait, as soon as their events are read. */
  const welcome = () => {
    const ready = greeting && !asking;
    for (const from of joining) pass(ready ? { ...greeting, resume: "ok", cursor: undefined } : { control: "wait" }, from);
    if (ready) joining.clear();
  };

  const pass = (item: object, to?: string) => {
    const { control } = item as Partial<Control>;
    team!.say({ item, session, status: /hello|bye/.test(control!) && own.status() }, to);
  };

  /** What our own connection gives: followers hear it as well, but not where something ends that they did not ask for. */
  const tell = (item: Item) => {
    const { control, cursor = delivery.cursor() } = item as Control;
    if ("reply" in item) return outbox.hear(item as unknown as ReplyItem);
    if (control === "bye") greeting = undefined;
    if (control === "hello") {
      greeting = item as Control;
      meet(greeting.session);
    }
    if (others.size) {
      if (control === "hello") pass({ ...item, cursor });
      else pass(/live|subscribed/.test(control) ? { control: "ping", cursor } : item);
    }
    hear(item);
    if (control === "hello" && !closed) outbox.begin((item as Control).last_id as number);
    if (greeting) welcome();
  };

  // --- what comes, in order ---

  const hear = (item: Item) => {
    if (closed) return;
    if (item.control) heed(item);
    else if ((item as HostEvent).id) deliver(item as HostEvent);
    outbox.moved();
  };

  const heed = (item: Control) => {
    const { control, resume } = item as Control & { resume: Resume };
    const cursor = item.cursor as string | undefined;
    if (control === "hello") {
      const from = last;
      last = item.via as TransportName;
      asking = 0;
      if (cursor) fresh = [];
      delivery.begin();
      // What a reset replaces stays until the reset itself has come, behind the hello.
      if (cursor && resume !== "reset") delivery.advance(cursor);
      if (!announced) {
        announced = true;
        handlers.call("connected", { transport: last, resume });
      }
      if (from && from !== last) handlers.call("switched", { from, to: last });
      if (resetDue) handlers.call("reset", { cursor });
      resetDue = false;
    } else if (control === "bye") {
      const { cause, reconnect, after_ms } = item;
      const never = reconnect === "never";
      if (never) outbox.close();
      if (reconnect === "fresh") {
        delivery = makeDelivery();
        resetDue = true;
      }
      if (announced || never) handlers.call("disconnected", { transport: last, cause, retryMs: never ? undefined : after_ms });
      announced = false;
    } else if (control === "gap") {
      const loss = item as Control & Gap;
      const gap = delivery.lose({ ...loss, types: loss.types.filter((type) => wants(wanted, type)) });
      if (gap) handlers.call("gap", gap);
    } else if (control === "reset") {
      delivery.reset(cursor);
      handlers.call("reset", { cursor });
    } else {
      if (control === "subscribed" && asking) --asking;
      if (control === "live" && !asking) {
        // All states that were asked for are here.
        fresh = [];
        delivery.settle(cursor!).forEach(deliver);
      }
      if (cursor) delivery.advance(cursor);
    }
  };

  const deliver = (event: HostEvent & { base64?: string }) => {
    if (!wants(wanted, event.event)) return event.snapshot ? undefined : delivery.advance(event.id);
    if (!delivery.admits(event)) return;
    if (event.base64 != null) {
      event.data = Uint8Array.from(atob(event.base64), (byte) => byte.charCodeAt(0));
      delete event.base64;
    }
    handlers.call(HOST + event.event, event.data, event);
    handlers.call(HOST, event);
    delivery.handled(event);
  };

  const unfollow = follow({
    hide(away) {
      hidden = away;
      kept(away ? session : undefined);
      begin();
    },
    look: (changed) => link().look(changed),
  });
  queueMicrotask(begin); // handlers that are registered at once miss nothing

  return {
    on: handlers.add,
    once: (name: string, handler: Handler) => handlers.add(name, handler, true),
    off: handlers.remove,
    onAny: (handler: Handler) => handlers.add(HOST, handler),
    subscribe(events) {
      const before = reads();
      const news = added(wanted, checkNames(events));
      fresh = [...fresh, ...news];
      wanted = events;
      delivery.forget((type) => wants(wanted, type));
      if (news.length || !same(before, reads())) renew();
    },
    send: (name, data) => outbox.ask({ send: name, data }) as Promise<any>,
    request: (name: string, data?: unknown, asked?: RequestOptions) =>
      outbox.ask({ request: name, data }, { timeout: 10_000, ...asked }) as Promise<any>,
    status() {
      const status = role === "follower" ? (leader ?? shared.status()) : own.status();
      const gone = closed && { state: "closed" as const, transport: undefined };
      return { ...status, ...gone, cursor: delivery.cursor(), role } as Status;
    },
    use(transport) {
      const only = transport === "auto" ? undefined : check(transport, transports);
      pinned = !!only;
      own.use(only);
      begin();
    },
    close() {
      closed = true;
      handlers.clear();
      unfollow();
      begin();
      outbox.close();
    },
  };
}
