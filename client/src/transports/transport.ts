// The words of the wire protocol, and what every way of reaching a server is written against: a transport turns an
// address and a cursor into items in order. It decides nothing about them, and never reconnects by itself.

export type TransportName = "websocket" | "sse" | "long-poll" | "poll";

export interface HostEvent<Data = unknown> {
  /** `<epoch>-<sequence>`; ascends, not densely. */
  id: string;
  /** The event type's name. */
  event: string;
  /** A Uint8Array where the host emits bytes; undefined where `removed`. */
  data: Data;
  key?: string;
  /** The key is gone. */
  removed?: boolean;
  /** A state told to a newcomer, not news. */
  snapshot?: boolean;
  /** Time of emission in Unix milliseconds, where asked for. */
  at?: number;
}

export type Resume = "new" | "ok" | "gap" | "reset";

export interface Control {
  control: string;
  [member: string]: unknown;
}

/** An answer to a request. */
export interface ReplyItem {
  reply: number | null;
  data?: unknown;
  cursor?: string;
  error?: { code: string; message: string };
}

export type Item = (HostEvent & { base64?: string; control?: undefined }) | Control;

/** What a poll says. */
export interface Answer {
  resume: Resume;
  events: Item[];
  cursor: string;
  more?: boolean;
}

/** What a conversation reads with; asked for anew with every request. */
export interface Reading {
  readonly base: URL;
  readonly at?: boolean;
  readonly pauseMs: number;
  /** Where to begin while there is no cursor; the server's choice is `latest`. */
  readonly after?: "latest" | "earliest";
  /** Exact names or `sensor.*`; undefined: all. */
  events(): readonly string[] | undefined;
  /** Of those, the ones whose states the client lacks although it has a cursor. */
  fresh(): readonly string[];
  cursor(): string | undefined;
  session(): string | undefined;
  /** The server has said which session this is. */
  meet(session: unknown): void;
  /** A message was too long for the conversation: until all is answered, messages are posted, where each gets its answer. */
  tooLong?: boolean | number;
  /** At least so often must something pass, or what stands between cuts the connection; undefined: not known. */
  beatMs(): number | undefined;
}

/** What is known about an end. */
export interface Ending {
  /** The server's wish not to be asked again before. */
  afterMs?: number;
  /** Perhaps the whole server is away, not this way to it. */
  down?: boolean;
}

/** What a conversation hands over, in the order of the wire: a hello first. Nothing counts after `ended`. */
export interface Listener {
  /** The server's answer has begun, and is a good one. `roundTripMs`: where it came at once, after so long. */
  opened(roundTripMs?: number): void;
  /** Bytes arrived, or a request went out. */
  heard(): void;
  /** An item, or its JSON; `bytes` are its data. What is malformed ends the conversation. */
  item(item: Item | string, bytes?: Uint8Array): void;
  ended(cause: string, more?: Ending): void;
}

export interface Conversation {
  /** Idempotent; the listener hears no more. */
  close(): void;
  /** Says a client frame, where the transport goes both ways; gives whether it could. */
  say?(frame: object): boolean;
}

export interface Transport {
  /** Begins a conversation. May throw where the browser lacks what it needs. */
  open(reading: Reading, listener: Listener): Conversation;
}

/** A conversation's end that is known to have a reason. */
export interface Ended extends Error {
  more?: Ending;
}

export const ended = (cause: string, more?: Ending): Ended => Object.assign(new Error(cause), { more });

/** Runs a conversation over fetch: `body` talks until it throws or `signal` is aborted. */
export function converse(listener: Listener, body: (signal: AbortSignal) => Promise<never>): Conversation {
  const abort = new AbortController();
  body(abort.signal).catch((error: Ended) => abort.signal.aborted || listener.ended(error.message, error.more));
  return { close: () => abort.abort() };
}

/** Of a transport's path, with what the reading is; parameters that are undefined or empty are left out. */
export function address(reading: Reading, path: string, parameters: Record<string, unknown> = {}): URL {
  const url = new URL(path, reading.base);
  const cursor = reading.cursor();
  const all: Record<string, unknown> = {
    ...parameters,
    after: cursor ?? reading.after,
    events: reading.events(),
    fresh: cursor && reading.fresh(),
    at: reading.at && 1,
  };
  for (const name in all) if (`${all[name] ?? ""}`) url.searchParams.set(name, `${all[name]}`);
  return url;
}

/** Asks as the session, or as somebody who wants one. What an answer says about that counts if nothing else has been said
 *  meanwhile. Throws for every status but 2xx and 304. */
export async function ask(reading: Reading, path: string | URL, options: RequestInit): Promise<Response> {
  const session = reading.session();
  const headers = { "Pushwire-Session": session ?? "new", ...options.headers };
  const response = await request(new URL(path, reading.base), { ...options, headers });
  if (session === reading.session()) reading.meet(response.headers.get("Pushwire-Session"));
  if (response.ok || response.status === 304) return response;
  throw refusal(response);
}

/** Throws only where nobody answered, or (`cors`) nothing that this page of another origin may see. */
export async function request(url: URL, options: RequestInit): Promise<Response> {
  const ask = (mode: RequestMode) => fetch(url, { ...options, mode, cache: "no-store" });
  try {
    return await ask("cors");
  } catch {
    if (!options.method && (await ask("no-cors").catch(() => undefined))) throw ended("cors");
    throw ended(globalThis.navigator?.onLine === false ? "offline" : "unreachable", { down: true });
  }
}

export function refusal({ status, headers, body }: Response): Ended {
  body?.cancel().catch(() => {});
  return ended("http-" + status, {
    afterMs: +(headers.get("Retry-After") ?? 0) * 1000 || undefined,
    down: status > 499 || status === 429,
  });
}

/** For good, where `signal` is aborted meanwhile: no timer is left behind. One sleeper for each signal. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return;
    const timer = setTimeout(resolve, ms);
    if (signal) signal.onabort = () => clearTimeout(timer);
  });
