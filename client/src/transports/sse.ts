import { eventStreamParser } from "../event-stream.js";
import {
  address,
  ask,
  converse,
  ended,
  type Conversation,
  type Listener,
  type Reading,
  type Transport,
} from "./transport.js";

const controls = ["hello", "live", "gap", "reset", "ping", "bye", "subscribed"];

export const sse: Transport = {
  open(reading, listener) {
    const url = address(reading, "sse", { envelope: 1, heartbeat_ms: reading.beatMs() });
    if (!("body" in Response.prototype)) return openEventSource(url, reading, listener);
    return converse(listener, async (signal) => {
      const askedAt = Date.now();
      const { headers, body } = await ask(reading, url, { signal });
      const type = headers.get("Content-Type");
      if (!type?.startsWith("text/event-stream")) throw ended("answered with " + type);
      listener.opened(Date.now() - askedAt);
      const push = eventStreamParser((data) => listener.item(data));
      for (const reader = body!.getReader(); ;) {
        const { value } = await reader.read().catch((): { value?: Uint8Array } => ({}));
        if (!value) throw ended("ended");
        listener.heard();
        push(value);
      }
    });
  },
};

/** For browsers whose fetch cannot stream. An EventSource hears only names that it is told, so the subscription must
 *  consist of exact names; it goes without a session, since it sends no fields. */
function openEventSource(url: URL, reading: Reading, listener: Listener): Conversation {
  const events = reading.events() ?? ["*"];
  if (/\*(,|$)/.test(`${events}`)) throw ended("needs-event-names");
  const source = new EventSource(url);
  for (const name of [...events, ...controls.map((control) => "pushwire." + control)]) {
    source.addEventListener(name, ({ data }) => listener.item(data));
  }
  source.onopen = () => listener.opened();
  source.onerror = () => listener.ended("ended");
  return { close: () => source.close() };
}
