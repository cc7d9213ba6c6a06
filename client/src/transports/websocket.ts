import { address, causeOf, Ended, refusal, request, type Item, type Transport } from "./transport.js";

const DIAGNOSIS_MS = 3000;

export const websocket: Transport = {
  open(reading, listener) {
    const url = address(reading, "websocket", { heartbeat_ms: reading.heartbeatMs() });
    const plain = new URL(url);
    url.protocol = url.protocol.replace("http", "ws");
    const protocols = ["pushwire.1"];
    const session = reading.session();
    if (session) protocols.push("pushwire.session." + session);
    const socket = new WebSocket(url, protocols);
    const say = (frame: object) => socket.send(JSON.stringify(frame));
    let opened = false;
    let askedAt = 0;
    let closed = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      opened = true;
      listener.opened();
    };
    socket.onmessage = ({ data }) => {
      listener.heard();
      try {
        const item = parse(data);
        if (item.control === "ping" && askedAt) {
          listener.roundTrip(Date.now() - askedAt);
          askedAt = 0;
        }
        listener.item(item);
        if (item.control === "hello" && !closed) {
          askedAt = Date.now();
          say({ control: "ping" });
        }
      } catch (error) {
        listener.ended(causeOf(error));
      }
    };
    socket.onerror = () => {}; // says nothing; the close that follows has a code
    socket.onclose = async ({ code }) => {
      const cause = `closed-${code}`;
      if (opened) return listener.ended(cause);
      const { message, more } = await diagnose(plain, cause);
      listener.ended(message, more);
    };
    return {
      say,
      close() {
        closed = true;
        socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
  },
};

/** A browser hides why a handshake failed. A plain request of the same path is answered by whoever refused it. */
async function diagnose(url: URL, cause: string): Promise<Ended> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), DIAGNOSIS_MS);
  try {
    return refusal(await request(url, { signal: abort.signal }));
  } catch (error) {
    return abort.signal.aborted ? new Ended(cause) : (error as Ended);
  } finally {
    clearTimeout(timer);
  }
}

/** A text frame is an item; a binary frame is an event's JSON head, a line feed, and its bytes. */
function parse(frame: string | ArrayBuffer): Item {
  if (typeof frame === "string") return JSON.parse(frame);
  const bytes = new Uint8Array(frame);
  const end = bytes.indexOf(10);
  if (end < 0) throw new Error("malformed: a binary frame without a head");
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  head.data = bytes.slice(end + 1);
  return head;
}
