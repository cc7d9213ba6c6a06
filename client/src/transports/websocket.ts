import { address, causeOf, type Item, type Transport } from "./transport.js";

export const websocket: Transport = {
  open(reading, listener) {
    const url = address(reading, "websocket");
    url.protocol = url.protocol.replace("http", "ws");
    const protocols = ["pushwire.1"];
    const session = reading.session();
    if (session) protocols.push("pushwire.session." + session);
    const socket = new WebSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      listener.heard();
      try {
        listener.item(parse(data));
      } catch (error) {
        listener.ended(causeOf(error));
      }
    };
    socket.onerror = () => {}; // says nothing; the close that follows has a code
    socket.onclose = ({ code, reason }) => listener.ended(`closed with ${code}${reason && `: ${reason}`}`);
    return {
      close() {
        socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
  },
};

/** A text frame is an item; a binary frame is an event's JSON head, a line feed, and its bytes. */
function parse(frame: string | ArrayBuffer): Item {
  if (typeof frame === "string") return JSON.parse(frame);
  const bytes = new Uint8Array(frame);
  const end = bytes.indexOf(10);
  if (end < 0) throw new Error("a binary frame without a head");
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  head.data = bytes.slice(end + 1);
  return head;
}
