import { EventStreamParser } from "../event-stream.js";
import {
  address,
  causeOf,
  converse,
  Ended,
  get,
  type Conversation,
  type Item,
  type Listener,
  type Reading,
  type Transport,
} from "./transport.js";

const CONTROL = "pushwire.";
const controls = ["hello", "live", "gap", "reset", "ping", "bye", "subscribed"];

export const sse: Transport = {
  open(reading, listener) {
    const url = address(reading, "sse", { envelope: 1, heartbeat_ms: reading.heartbeatMs() });
    if (typeof ReadableStream === "undefined" || !("body" in Response.prototype)) {
      return openEventSource(url, reading, listener);
    }
    return converse(listener, async (signal) => {
      const askedAt = Date.now();
      const response = await get(reading, url, signal);
      const type = response.headers.get("Content-Type");
      if (!type?.startsWith("text/event-stream")) throw new Ended(`answered with ${type}`);
      listener.roundTrip(Date.now() - askedAt);
      listener.opened();
      let afterMs: number | undefined;
      const parser = new EventStreamParser(
        (event) => listener.item(parse(event.type, event.data)),
        (ms) => (afterMs = ms),
      );
      const reader = response.body!.getReader();
      for (;;) {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
        if (done) throw new Ended("ended", { afterMs });
        listener.heard();
        parser.push(value!);
      }
    });
  },
};

/** For browsers whose fetch cannot stream. An EventSource hears only names that it is told, so the subscription must
 *  consist of exact names; it goes without a session, since it sends no fields. */
function openEventSource(url: URL, reading: Reading, listener: Listener): Conversation {
  const events = reading.events();
  if (!events || events.some((name) => name.endsWith("*"))) {
    throw new Error("fetch cannot stream, and EventSource needs the names of all events");
  }
  const source = new EventSource(url);
  const hear = ({ type, data }: MessageEvent) => {
    listener.heard();
    try {
      listener.item(parse(type, data));
    } catch (error) {
      listener.ended(causeOf(error));
    }
  };
  for (const name of [...events, ...controls.map((kind) => CONTROL + kind)]) source.addEventListener(name, hear);
  source.onopen = () => listener.opened();
  source.onerror = () => listener.ended("ended");
  return { close: () => source.close() };
}

function parse(type: string, data: string): Item {
  const item = JSON.parse(data);
  if (type.startsWith(CONTROL)) item.control = type.slice(CONTROL.length);
  return item;
}
