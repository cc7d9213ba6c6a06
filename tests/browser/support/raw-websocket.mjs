// A WebSocket client that can break the rules.
import { once } from "node:events";
import { connect } from "node:net";
import { until } from "./until.mjs";

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

export class RawWebSocket {
  #received = Buffer.alloc(0);
  ended = false;

  /** Connected, with the handshake done. */
  static async open(t, address) {
    const { hostname, port, host } = new URL(address);
    const raw = new RawWebSocket();
    raw.socket = connect(Number(port), hostname);
    t.after(() => raw.socket.destroy());
    raw.socket.on("error", () => {});
    raw.socket.on("close", () => (raw.ended = true));
    raw.socket.on("data", (bytes) => (raw.#received = Buffer.concat([raw.#received, bytes])));
    await once(raw.socket, "connect");
    raw.socket.write(
      `GET /pushwire/websocket HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    const end = await until("the answer to the handshake", () => raw.#received.indexOf("\r\n\r\n") + 1);
    raw.head = raw.#received.subarray(0, end).toString("latin1");
    raw.#received = raw.#received.subarray(end + 3);
    return raw;
  }

  /** A frame with these first two bytes and that behind them, as it is. */
  write(...bytes) {
    this.socket.write(Buffer.concat(bytes.map((part) => (typeof part === "number" ? Buffer.from([part]) : part))));
  }

  /** A frame by the rules, up to 125 bytes of payload; the mask is zero. */
  send(opcode, payload = Buffer.alloc(0)) {
    this.write(0x80 | opcode, 0x80 | payload.length, Buffer.alloc(4), payload);
  }

  /** Every frame so far that is complete: `{opcode, payload}`. */
  frames() {
    const frames = [];
    for (let at = 0; at + 2 <= this.#received.length; ) {
      const opcode = this.#received[at] & 15;
      let size = this.#received[at + 1];
      at += 2;
      if (size === 126) (size = this.#received.readUInt16BE(at)), (at += 2);
      if (size === 127) (size = Number(this.#received.readBigUInt64BE(at))), (at += 8);
      if (at + size > this.#received.length) break;
      frames.push({ opcode, payload: this.#received.subarray(at, at + size) });
      at += size;
    }
    return frames;
  }

  /** The code of the server's close frame. */
  async closeCode() {
    const close = await until("a close frame", () => this.frames().find(({ opcode }) => opcode === opcodes.close));
    return close.payload.readUInt16BE(0);
  }
}
