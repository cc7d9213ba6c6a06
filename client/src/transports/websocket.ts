import { address, ended, refusal, request, sleep, type Ended, type Transport } from "./transport.js";

const DIAGNOSIS_MS = 3000;

export const websocket: Transport = {
  open(reading, listener) {
    const plain = address(reading, "websocket", { heartbeat_ms: reading.heartbeatMs() });
    const url = new URL(plain);
    url.protocol = url.protocol.replace("http", "ws");
    const session = reading.session();
    const socket = new WebSocket(url, ["pushwire.1", ...(session ? ["pushwire.session." + session] : [])]);
    let opened = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      opened = true;
      listener.opened();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") return listener.item(data);
      // An event's JSON head, a line feed, and its bytes.
      const bytes = new Uint8Array(data);
      const end = bytes.indexOf(10);
      listener.item(new TextDecoder().decode(bytes.subarray(0, end)), bytes.slice(end + 1));
    };
    socket.onerror = () => {}; // says nothing; the close that follows has a code
    socket.onclose = async ({ code }) => {
      const cause = "closed-" + code;
      const { message, more } = opened ? ended(cause) : await diagnose(plain, cause);
      listener.ended(message, more);
    };
    return {
      say(frame) {
        socket.send(JSON.stringify(frame));
        return true;
      },
      close() {
        socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
  },
};

/** A browser hides why a handshake failed. A plain request of the same path is answered by whoever refused it. */
function diagnose(url: URL, cause: string): Promise<Ended> {
  const abort = new AbortController();
  const { signal } = abort;
  return Promise.race([
    request(url, { signal }).then(refusal, (error) => (error.more ? error : ended(cause))),
    sleep(DIAGNOSIS_MS).then(() => {
      abort.abort();
      return ended(cause);
    }),
  ]);
}
