// A WebSocket client that can break the rules.
import { once } from "node:events";
import { connect } from "node:net";
import { until } from "./until.mjs";

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A frame as a client sends it; `first` is the opcode with FIN and the reserved bits. */
export function clientFrame(first, payload = Buffer.alloc(0), mask = Buffer.alloc(4)) {
  const size = payload.length;
  const header = Buffer.alloc(size < 126 ? 2 : size < 65536 ? 4 : 10);
  header[0] = first;
  header[1] = 0x80 | (size < 126 ? size : size < 65536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  const masked = mask.every((byte) => byte === 0) ? payload : payload.map((byte, at) => byte ^ mask[at % 4]);
  return Buffer.concat([header, mask, masked]);
}

export class RawWebSocket {
  #chunks = [];
  #size = 0;
  #wanted = 2; // bytes of the next frame, as far as they are known
  #frames = [];
  ended = false;

  /** Connected, with the handshake done; its answer is `head`. */
  static async open(t, address, { path = "/pushwire/websocket", fields = "" } = {}) {
    const { hostname, port, host } = new URL(address);
    const raw = new RawWebSocket();
    raw.socket = connect(Number(port), hostname);
    t.after(() => raw.socket.destroy());
    raw.socket.on("error", () => {});
    raw.socket.on("close", () => (raw.ended = true));
    raw.socket.on("data", (bytes) => raw.#take(bytes));
    await once(raw.socket, "connect");
    raw.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${fields}\r\n`,
    );
    await until("the answer to the handshake", () => raw.head ?? raw.ended);
    return raw;
  }

  /** A frame with these first two bytes and that behind them, as it is. */
  write(...bytes) {
    this.socket.write(Buffer.concat(bytes.map((part) => (typeof part === "number" ? Buffer.from([part]) : part))));
  }

  /** A frame by the rules; the mask is zero. */
  send(opcode, payload) {
    this.socket.write(clientFrame(0x80 | opcode, payload));
  }

  /** Every frame so far that is complete: `{opcode, payload}`. */
  frames() {
    return this.#frames;
  }

  /** The code of the server's close frame. */
  async closeCode() {
    const close = await until("a close frame", () => this.frames().find(({ opcode }) => opcode === opcodes.close));
    return close.payload.readUInt16BE(0);
  }

  #take(bytes) {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (this.head !== undefined && this.#size < this.#wanted) return;
    let rest = Buffer.concat(this.#chunks);
    if (this.head === undefined) {
      const end = rest.indexOf("\r\n\r\n");
      if (end >= 0) this.head = rest.subarray(0, end + 1).toString("latin1");
      if (end >= 0) rest = rest.subarray(end + 4);
    }
    if (this.head !== undefined) rest = this.#parse(rest);
    this.#chunks = [rest];
    this.#size = rest.length;
  }

  /** What is left behind the last whole frame. */
  #parse(bytes) {
    for (let at = 0; ; ) {
      const rest = bytes.subarray(at);
      this.#wanted = 2;
      if (rest.length < this.#wanted) return rest;
      const header = rest[1] === 126 ? 4 : rest[1] === 127 ? 10 : 2;
      this.#wanted = header;
      if (rest.length < this.#wanted) return rest;
      const size = header === 2 ? rest[1] : header === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
      this.#wanted = header + size;
      if (rest.length < this.#wanted) return rest;
      this.#frames.push({ opcode: rest[0] & 15, first: rest[0], payload: rest.subarray(header, this.#wanted) });
      at += this.#wanted;
    }
  }
}
