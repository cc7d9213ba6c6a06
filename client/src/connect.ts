import { makeDevice, type Device, type Options } from "./device.js";
import { longPoll } from "./transports/long-poll.js";
import { poll } from "./transports/poll.js";
import { sse } from "./transports/sse.js";
import { websocket } from "./transports/websocket.js";

const transports = { websocket, sse, "long-poll": longPoll, poll };

export function connectTo<Events extends object = Record<string, any>>(
  url: string | URL,
  options: Options = {},
): Device<Events> {
  const base = new URL(url, globalThis.document?.baseURI);
  if (!base.protocol.startsWith("http")) throw TypeError(`not a server: ${base}`);
  base.search = base.hash = "";
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return makeDevice(base, options, transports) as Device<Events>;
}
