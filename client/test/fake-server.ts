// The server's side of the wire protocol over an in-memory log, for the client's tests.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket as Peer } from "ws";

type Name = "websocket" | "sse" | "long-poll" | "poll";

interface Entry {
  sequence: number;
  event: string;
  data?: unknown;
  bytes?: Uint8Array;
  key?: string;
  removed?: boolean;
}

interface Stream {
  transport: Name;
  wanted: string[] | undefined;
  say(name: string, item: Record<string, unknown>, bytes?: Uint8Array): void;
  end(): void;
}

export interface Asked {
  transport: string;
  url: URL;
  headers: IncomingMessage["headers"];
  protocols: string[];
  status?: number;
}

interface Frame {
  send?: string;
  request?: string;
  id?: number;
  data?: any;
  ack?: number;
}

/** One client over all its connections: what it was answered, or will be, by number. */
interface Session {
  lastId: number;
  replies: Map<number, Promise<object>>;
}

/** Who asks. */
interface Met {
  state: "new" | "resumed" | "expired";
  token: string;
  session: Session;
}

export class FakeServer {
  /** Every request, in order of arrival. */
  readonly asked: Asked[] = [];
  /** What clients gave and was run, in that order. */
  readonly ran: Frame[] = [];
  readonly acks: number[] = [];
  /** Runs a message or a request, and gives a reply's data; what it throws is the reply's error. */
  handle: (frame: Frame) => unknown = () => undefined;
  readonly states = new Set<string>(); // types of which a newcomer gets the newest event
  /** What to do with a request instead of answering it; true: it has been dealt with. */
  refuse?: (asked: Asked, response: ServerResponse | undefined) => boolean;
  heartbeatMs = 15_000;
  offered: Name[] = ["websocket", "sse", "long-poll", "poll"];
  private epoch = "epoch001";
  private epochs = 1;
  private log: Entry[] = [];
  private head = 0;
  private lost: { type: string; from: number; to: number }[] = [];
  private readonly sessions = new Map<string, Session>();
  private readonly streams = new Set<Stream>();
  private readonly held = new Set<() => void>();
  private readonly sockets = new Set<Socket>();
  private readonly http: Server;
  private readonly websockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has("pushwire.1") ? "pushwire.1" : false),
  });

  constructor() {
    this.http = createServer((request, response) => this.answer(request, response));
    this.http.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.http.on("upgrade", (request, socket, head) => {
      const asked = this.note(request);
      if (this.refuse?.(asked, undefined)) return;
      this.websockets.handleUpgrade(request, socket, head, (peer) => this.openWebSocket(asked, peer));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/pushwire/`;
  }

  get open(): Name[] {
    return [...this.streams].map((stream) => stream.transport);
  }

  id(sequence: number): string {
    return `${this.epoch}-${sequence}`;
  }

  emit(event: string, data: unknown, more: Partial<Entry> = {}): string {
    const entry: Entry = { sequence: ++this.head, event, data, ...more };
    if (data instanceof Uint8Array) Object.assign(entry, { data: undefined, bytes: data });
    this.log.push(entry);
    for (const stream of this.streams) this.tell(stream, entry);
    for (const answer of this.held) answer();
    return this.id(this.head);
  }

  /** Forgets the events of a type; who reads from before is told so. */
  evict(type: string): void {
    const gone = this.log.filter((entry) => entry.event === type);
    this.log = this.log.filter((entry) => entry.event !== type);
    this.lost.push({ type, from: gone[0]!.sequence - 1, to: gone[gone.length - 1]!.sequence });
  }

  /** Another life of the log; nobody's connection outlives the old one. */
  restart(): void {
    this.cut();
    this.streams.clear();
    this.epoch = `epoch00${++this.epochs}`;
    this.log = [];
    this.lost = [];
    this.head = 0;
  }

  control(control: string, members: Record<string, unknown> = {}): void {
    for (const stream of this.streams) stream.say("pushwire." + control, { control, ...members });
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Every session is expired. */
  forget(): void {
    this.sessions.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private note(request: IncomingMessage): Asked {
    const url = new URL(request.url!, "http://fake");
    const asked: Asked = {
      transport: url.pathname.replace("/pushwire/", ""),
      url,
      headers: request.headers,
      protocols: (request.headers["sec-websocket-protocol"] ?? "").split(/, */).filter(Boolean),
    };
    this.asked.push(asked);
    return asked;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const asked = this.note(request);
    response.on("finish", () => (asked.status = response.statusCode));
    if (this.refuse?.(asked, response)) return;
    if (request.method === "POST") return void this.post(asked, request, response);
    const met = this.meet(asked);
    if (met.state !== "resumed" && asked.headers["pushwire-session"]) response.setHeader("Pushwire-Session", met.token);
    if (asked.transport === "sse") this.openSse(asked, response, met);
    else if (asked.transport === "poll") this.poll(asked, response);
    else if (asked.transport === "long-poll") this.longPoll(asked, response);
    else response.writeHead(404).end();
  }

  /** Whose request it is; somebody's new session where it says none that is known. */
  private meet(asked: Asked): Met {
    const said = asked.headers["pushwire-session"] ?? asked.protocols[1]?.replace("pushwire.session.", "");
    const known = this.sessions.get(said as string);
    if (known) return { state: "resumed", token: said as string, session: known };
    const token = `token${this.asked.length}`;
    const session = { lastId: 0, replies: new Map() };
    this.sessions.set(token, session);
    return { state: said && said !== "new" ? "expired" : "new", token, session };
  }

  /** Runs what has not been run; the reply comes as soon as there is one. */
  private take(session: Session, frame: Frame): Promise<object> {
    const { replies } = session;
    const known = replies.get(frame.id!);
    if (known) return known;
    this.ran.push(frame);
    session.lastId = Math.max(session.lastId, frame.id!);
    const run = async () => {
      try {
        const data = await this.handle(frame);
        return { reply: frame.id, ...(frame.request && { data, cursor: this.id(this.head) }) };
      } catch (error) {
        return { reply: frame.id, error, cursor: this.id(this.head) };
      }
    };
    replies.set(frame.id!, run());
    return replies.get(frame.id!)!;
  }

  /** The answer begins when the frames have been taken, and ends with the last reply. */
  private async post(asked: Asked, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { state, token, session } = this.meet(asked);
    if (state !== "resumed") return void response.writeHead(410, { "Pushwire-Session": token }).end();
    let text = "";
    for await (const part of request) text += part;
    const replies = (JSON.parse(text) as Frame[]).flatMap((frame) => {
      if (frame.ack !== undefined) this.acks.push(frame.ack);
      return frame.ack !== undefined ? [] : [this.take(session, frame)];
    });
    response.writeHead(200, { "Content-Type": "application/json" }).write("[");
    let separator = "";
    const write = (reply: object) => {
      response.write(separator + JSON.stringify(reply));
      separator = ",";
    };
    await Promise.all(replies.map((reply) => reply.then(write)));
    response.end("]");
  }

  private openWebSocket(asked: Asked, peer: Peer): void {
    const met = this.meet(asked);
    this.begin("websocket", asked, met, peer, {
      say(_name, item, bytes) {
        if (!bytes) return peer.send(JSON.stringify(item));
        peer.send(Buffer.concat([Buffer.from(JSON.stringify(item) + "\n"), bytes]), { binary: true });
      },
      end: () => peer.close(1012),
    });
    peer.on("message", async (text) => {
      const frame: Frame = JSON.parse(String(text));
      if (frame.ack !== undefined) this.acks.push(frame.ack);
      if (frame.send || frame.request) peer.send(JSON.stringify(await this.take(met.session, frame)));
    });
  }

  private openSse(asked: Asked, response: ServerResponse, met: Met): void {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 3000\n\n");
    this.begin("sse", asked, met, response, {
      say(name, item, bytes) {
        const id = item.snapshot ? undefined : (item.id ?? item.cursor);
        if (bytes) item = { ...item, base64: Buffer.from(bytes).toString("base64") };
        response.write(`${id ? `id: ${id}\n` : ""}event: ${name}\ndata: ${JSON.stringify(item)}\n\n`);
      },
      end: () => response.end(),
    });
  }

  private begin(
    transport: Name,
    asked: Asked,
    { state, token, session }: Met,
    connection: { on(event: "close", listener: () => void): unknown },
    how: Pick<Stream, "say" | "end">,
  ): void {
    const stream: Stream = { transport, wanted: wanted(asked), ...how };
    const { resume, from, states, gaps } = this.read(asked);
    const control = (kind: string, members: object) => stream.say(`pushwire.${kind}`, { control: kind, ...members });
    control("hello", {
      protocol: 1,
      session: token,
      session_state: state,
      ...(session.lastId ? { last_id: session.lastId } : {}),
      resume,
      heartbeat_ms: this.heartbeatMs,
      transports: this.offered,
      ...(states.length ? {} : { cursor: this.id(from) }),
    });
    if (resume === "reset") control("reset", { cursor: this.id(from) });
    for (const gap of gaps) control("gap", gap);
    for (const entry of states) this.tell(stream, entry, true);
    if (states.length) control("live", { cursor: this.id(from) });
    for (const entry of this.log) if (entry.sequence > from) this.tell(stream, entry);
    this.streams.add(stream);
    connection.on("close", () => this.streams.delete(stream));
  }

  private tell(stream: Stream, entry: Entry, snapshot = false): void {
    if (stream.wanted && !stream.wanted.includes(entry.event)) return;
    stream.say(entry.event, this.item(entry, snapshot), entry.bytes);
  }

  private item(entry: Entry, snapshot: boolean): Record<string, unknown> {
    const { sequence, bytes: _bytes, ...rest } = entry;
    return { id: this.id(sequence), ...rest, ...(snapshot ? { snapshot } : {}) };
  }

  private read(asked: Asked) {
    const after = asked.url.searchParams.get("after");
    if (!after) {
      const states = this.log.filter(
        (entry, at) =>
          this.states.has(entry.event) &&
          !this.log.slice(at + 1).some((later) => later.event === entry.event && later.key === entry.key),
      );
      return { resume: "new", from: this.head, states, gaps: [] };
    }
    const [epoch, sequence] = after.split("-");
    if (epoch !== this.epoch || +sequence! > this.head) return { resume: "reset", from: 0, states: [], gaps: [] };
    const from = +sequence!;
    const gaps = this.lost
      .filter((loss) => loss.to > from)
      .map((loss) => ({ types: [loss.type], from: this.id(Math.max(from, loss.from)), to: this.id(loss.to) }));
    return { resume: gaps.length ? "gap" : "ok", from, states: [], gaps };
  }

  private poll(asked: Asked, response: ServerResponse): void {
    const { resume, from, states, gaps } = this.read(asked);
    const entries = this.log.filter((entry) => entry.sequence > from);
    const only = wanted(asked);
    const tell = (list: Entry[], snapshot: boolean) =>
      list
        .filter((entry) => !only || only.includes(entry.event))
        .map((entry) => ({
          ...this.item(entry, snapshot),
          ...(entry.bytes ? { base64: Buffer.from(entry.bytes).toString("base64") } : {}),
        }));
    const events = [
      ...(resume === "reset" ? [{ control: "reset", cursor: this.id(from) }] : []),
      ...gaps.map((gap) => ({ control: "gap", ...gap })),
      ...tell(states, true),
      ...tell(entries, false),
    ];
    const tag = `W/"${asked.url.search}${events.length}"`;
    if (asked.headers["if-none-match"] === tag) return void response.writeHead(304, { ETag: tag }).end();
    response.writeHead(200, { "Content-Type": "application/json", ETag: tag });
    response.end(JSON.stringify({ resume, events, cursor: this.id(this.head) }));
  }

  private longPoll(asked: Asked, response: ServerResponse): void {
    const { resume, from } = this.read(asked);
    const answer = () => {
      this.held.delete(answer);
      clearTimeout(timer);
      this.poll(asked, response);
    };
    const timer = setTimeout(answer, +(asked.url.searchParams.get("wait_ms") ?? 25_000));
    response.on("close", () => (clearTimeout(timer), this.held.delete(answer)));
    if (resume !== "ok" || this.head > from) answer();
    else this.held.add(answer);
  }
}

function wanted(asked: Asked): string[] | undefined {
  return asked.url.searchParams.get("events")?.split(",");
}
