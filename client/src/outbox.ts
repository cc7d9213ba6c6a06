import { hasPassed } from "./cursor.js";
import { ask, sleep, type Ended, type Reading, type ReplyItem } from "./transports/transport.js";

/** Why a message or a request failed. `code`: the host's word, or one of the client's own, which docs/client.md lists. */
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

/** What becomes of a message: it is handed over with a number, then answered. */
export interface News {
  id?: number;
  answer?: Partial<ReplyItem>;
  /** What it was handed over with; undefined: it is due. */
  by?: unknown;
}

interface Entry extends News {
  frame: object;
  /** To whoever wants to know. */
  pass(news: News): void;
}

/** What goes to the host, in order. All of it is numbered, and kept until it is answered: what a conversation leaves
 *  unanswered is handed over again with the next, and the server runs nothing twice that has the same number. */
export interface Outbox {
  /** Resolves with the answer's data, when the cursor has passed where that stands. Without `timeout`: however late. */
  ask(frame: object, options?: RequestOptions): Promise<unknown>;
  /** What another tab asks, once for each key, `<tab> <number>`; `id`: that an earlier leader gave it. */
  take(key: string, frame: object, id: number | undefined, pass: (news: News) => void): void;
  /** By the tab that holds the connection, of what we asked. */
  told(of: unknown, news: News): void;
  hear(reply: ReplyItem): void;
  /** The cursor has moved. */
  moved(): void;
  /** Whoever hears us from now on knows nothing of what is on its way. `lastId`: the highest that the server knows. */
  begin(lastId?: number): void;
  /** What that other tab asked is its own again; undefined: what all of them did. */
  drop(from?: string): void;
  /** The session is another one: nobody knows what became of all that was handed over. */
  expired(): void;
  /** Nothing is answered any more. */
  close(): void;
}

const MOST = 1000; // that wait
const BATCH_CHARACTERS = 65_536; // and a frame more, of three bytes each: a server takes 1 MiB
const OPEN_CHARACTERS = 262; // so that no more than 250 are on their way: a server keeps the answers of many more
const PAUSE_MS = 1000;
const LATE_MS = 15_000; // an answer that has not begun by then has been lost, or is held back; asking again is harmless

/** `say`: within the conversation, if that goes both ways; without a frame, whether it does; undefined: there is none.
 *  `relay`: to the tab that holds the connection; false where this one does. */
export function makeOutbox(
  reading: Reading,
  say: (frame?: object) => boolean | undefined,
  relay: (message: object) => boolean,
): Outbox {
  const entries = new Map<unknown, Entry>();
  let closed = false;
  let asked = 0;
  let lastId = 0;
  let heardId = 0;
  let ackedId = 0;
  let posting: unknown; // the batch whose answer has not begun
  let life = new AbortController(); // of what is posted

  const flush = () => {
    const inBand = say() && !(reading.tooLong &&= entries.size);
    const frames: object[] = [];
    let room = BATCH_CHARACTERS;
    let ack = heardId;
    entries.forEach(({ id, answer, by }) => {
      if (id! <= ack && !answer) ack = id! - 1;
      if (by && !answer) room -= OPEN_CHARACTERS;
    });
    entries.forEach((entry, of) => {
      const { frame, id, by } = entry;
      if (by) return;
      if (relay({ ask: of, frame, id, at: Date.now() })) entry.by = relay;
      else if (room > 0 && (inBand || (inBand === false && !posting))) {
        if (ack > ackedId) frames.push({ ack: (ackedId = ack) });
        if (!id) entry.pass({ id: (entry.id = lastId = Math.max(lastId + 1, Date.now() * 1000)) });
        ackedId = ackedId || entry.id! - 1;
        entry.by = frames;
        frames.push({ ...frame, id: entry.id });
        room -= OPEN_CHARACTERS + JSON.stringify(frame).length;
      }
    });
    if (inBand) frames.forEach(say);
    else if (frames[0]) post(frames);
  };

  const post = async (frames: object[]) => {
    const { signal } = life;
    const again = () => {
      renew(frames);
      if (posting === frames) posting = undefined;
      flush();
    };
    const late = setTimeout(again, LATE_MS);
    posting = frames;
    try {
      const response = await ask(reading, "send", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(frames),
        signal,
      });
      clearTimeout(late);
      posting = undefined; // what the server has begun to answer, it has taken: the next may go
      flush();
      (await response.json()).forEach(outbox.hear);
    } catch (error) {
      clearTimeout(late);
      const { message, more } = error as Ended;
      if (/^http-4(?!08|10|29)/.test(message)) fail(message, ({ by }) => by === frames);
      else await sleep(more?.afterMs ?? PAUSE_MS, signal);
      again();
    }
  };

  const fail = (code: string, concerns: (entry: Entry) => unknown) =>
    entries.forEach((entry, of) => concerns(entry) && outbox.told(of, { answer: { error: { code } as any } }));

  /** What has no answer is due. */
  const renew = (of?: unknown) =>
    entries.forEach((entry) => (of && entry.by !== of) || (entry.by = entry.answer));

  const outbox: Outbox = {
    ask(frame, { timeout, signal } = {}) {
      let over!: (error: unknown) => void;
      const of = ++asked;
      const abort = () => over(signal!.reason);
      const fail = (code: string) => over(new RequestError(code));
      const reply = new Promise((resolve, reject) => {
        over = reject;
        frame = JSON.parse(JSON.stringify(frame)); // throws for this one alone
        if (signal?.aborted) abort();
        else if (closed || entries.size >= MOST) fail(closed ? "closed" : "queue-full");
        else {
          entries.set(of, {
            frame,
            pass({ id, answer }) {
              const { error, data } = answer ?? {};
              if (error) reject(new RequestError(error.code, error.message));
              else if (!id) resolve(data);
            },
          });
          flush();
        }
      });
      const timer = timeout! >= 0 ? setTimeout(fail, timeout, "timeout") : undefined;
      signal?.addEventListener("abort", abort);
      return reply.finally(() => {
        entries.delete(of);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      });
    },
    take(key, frame, id, pass) {
      if (!entries.has(key)) entries.set(key, { frame, id, pass });
      flush();
    },
    told(of, news) {
      Object.assign(entries.get(of) ?? {}, news);
      outbox.moved();
      if ("by" in news) flush();
    },
    hear({ reply, ...answer }) {
      heardId = Math.max(heardId, reply!);
      entries.forEach(({ id }, of) => id === reply && outbox.told(of, { answer }));
      flush();
    },
    moved: () =>
      entries.forEach(({ answer, pass }, of) => {
        const place = reading.cursor();
        const { cursor } = answer ?? {};
        // One of another epoch is waited for in vain.
        if (!answer || (cursor && cursor !== place && (!place || hasPassed(cursor, place)))) return;
        entries.delete(of);
        pass({ answer });
      }),
    begin(id = 0) {
      closed = false;
      lastId = Math.max(lastId, id);
      posting = undefined;
      life.abort();
      life = new AbortController();
      renew();
      flush();
    },
    drop: (from = " ") => entries.forEach((_, of) => `${of}`.includes(from) && entries.delete(of)),
    expired: () => fail("outcome-unknown", ({ id, answer }) => id && !answer),
    close() {
      closed = true;
      life.abort();
      fail("closed", () => true);
    },
  };
  return outbox;
}
