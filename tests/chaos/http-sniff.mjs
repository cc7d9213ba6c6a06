// As much of HTTP/1.1 (RFC 9112) as it takes to see where messages begin and end in a stream of bytes. The bytes
// themselves stay as they are: what is given out, put together again, is what was put in. Knows no socket.

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const NOTHING = Buffer.alloc(0);

export const transports = ["websocket", "sse", "long-poll", "poll"];

/** The transport that a request's target belongs to, or "other". */
export function transportOf(target) {
  const name = target.split("?")[0].split("/").at(-1);
  return transports.includes(name) ? name : "other";
}

/** One direction of a connection, message after message. `next` gives its parts: `{head, bytes}`, then any number of
 *  `{body, bytes}` in pieces as they come, then `{end}`; undefined when more bytes are needed. After a switch of
 *  protocols everything is body. */
export class MessageReader {
  /** For responses: the method of the request that is being answered; HEAD has no body. */
  method = "GET";

  #responses;
  #bytes = NOTHING;
  #read = this.#head; // the state: a method that reads the next part
  #left = 0; // of a body or chunk that has a length

  constructor({ responses = false } = {}) {
    this.#responses = responses;
  }

  push(bytes) {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, bytes]) : bytes;
  }

  next() {
    return this.#read();
  }

  /** From here on everything is body: the protocol has changed. */
  switchProtocols() {
    this.#read = this.#untilClose;
  }

  #head() {
    const end = this.#bytes.indexOf(END_OF_HEAD);
    if (end < 0) return undefined;
    const bytes = this.#take(end + END_OF_HEAD.length);
    const head = parseHead(bytes);
    this.#read = this.#framing(head);
    return { head, bytes };
  }

  #framing({ first, fields }) {
    if (this.#responses) {
      const status = Number(first[1]);
      if (status === 101) return this.#untilClose;
      if (status < 200) return this.#head; // an interim response: the final one follows
      if (this.method === "HEAD" || status === 204 || status === 304) return this.#end;
    }
    if (/chunked/i.test(fields["transfer-encoding"] ?? "")) return this.#chunkSize;
    if (fields["content-length"] === undefined) return this.#responses ? this.#untilClose : this.#end;
    this.#left = Number(fields["content-length"]);
    return this.#length;
  }

  #length() {
    if (this.#left === 0) return this.#end();
    return this.#part();
  }

  #untilClose() {
    this.#left = Infinity;
    return this.#part();
  }

  #chunkSize() {
    const end = this.#bytes.indexOf("\r\n") + 2;
    if (end < 2) return undefined;
    const bytes = this.#take(end);
    const size = parseInt(bytes.toString("latin1"), 16);
    this.#left = size + 2; // with the line's end behind it
    this.#read = size ? this.#chunk : this.#trailer;
    return { body: true, bytes };
  }

  #chunk() {
    const part = this.#part();
    if (this.#left === 0) this.#read = this.#chunkSize;
    return part;
  }

  #trailer() {
    const end = this.#bytes.indexOf("\r\n") + 2;
    if (end < 2) return undefined;
    if (end === 2) this.#read = this.#end;
    return { body: true, bytes: this.#take(end) };
  }

  #end() {
    this.#read = this.#head;
    return { end: true };
  }

  #part() {
    if (!this.#bytes.length) return undefined;
    const bytes = this.#take(Math.min(this.#left, this.#bytes.length));
    this.#left -= bytes.length;
    return { body: true, bytes };
  }

  #take(count) {
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }
}

function parseHead(bytes) {
  const [line, ...rest] = bytes.toString("latin1").trimEnd().split("\r\n");
  const fields = {};
  for (const field of rest) fields[field.split(":")[0].toLowerCase()] = field.slice(field.indexOf(":") + 1).trim();
  return { first: line.split(" "), fields };
}

export function isUpgrade({ fields }) {
  return fields.upgrade !== undefined && /\bupgrade\b/i.test(fields.connection ?? "");
}

/** A request's head as a proxy passes it on that does not know of upgrades. */
export function withoutUpgrade(bytes) {
  const lines = bytes.toString("latin1").split("\r\n");
  return Buffer.from(lines.filter((line) => !/^(upgrade|connection):/i.test(line)).join("\r\n"), "latin1");
}
