import { address, refusal, request, type Transport } from "./transport.js";

export const websocket: Transport = {
  open(reading, listener) {
    const plain = address(reading, "websocket", { heartbeat_ms: reading.beatMs() });
    const url = new URL(plain);
    url.protocol = url.protocol.replace("http", "ws");
    const session = reading.session();
    const socket = new WebSocket(url, ["pushwire.1", ...(session ? ["pushwire.session." + session] : [])]);
    const abort = new AbortController();
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
      reading.tooLong = code === 1009;
      const cause = "closed-" + code;
      if (opened) return listener.ended(cause);
      // A browser hides why a handshake failed. A plain request of the same path is answered by whoever refused it.
      const { message, more } = await request(plain, { signal: abort.signal }).then(refusal, (error) => error);
      listener.ended(/http|offline/.test(message) ? message : cause, more);
    };
    return {
      say(frame) {
        socket.send(JSON.stringify(frame));
        return true;
      },
      close() {
        socket.onmessage = socket.onclose = null;
        socket.close();
        abort.abort();
      },
    };
  },
};
