// The event stream format of server-sent events (WHATWG HTML, section 9.2.6 "Interpreting an event stream"), but for
// `retry`: when to come back is decided elsewhere.

export interface StreamEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** Gives what takes the stream's bytes. They may be cut anywhere, also within a character or between CR and LF. An event
 *  that the stream's end cuts off is never given. */
export function eventStreamParser(onEvent: (event: StreamEvent) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder(); // drops one byte order mark
  let rest = "";
  let afterCr = false;
  let type = "";
  let data = "";
  let lastEventId = "";

  const take = (line: string) => {
    if (!line) {
      if (data) onEvent({ type: type || "message", data: data.slice(0, -1), lastEventId });
      type = data = "";
      return;
    }
    const [, field, value = ""] = /^([^:]*)(?:: ?([^]*))?/.exec(line)!;
    if (field === "data") data += value + "\n";
    else if (field === "event") type = value;
    else if (field === "id" && !value.includes("\0")) lastEventId = value;
  };

  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    if (!text) return;
    const lines = text.slice(afterCr && text[0] === "\n" ? 1 : 0).split(/\r\n|\n|\r/);
    afterCr = text.endsWith("\r");
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    lines.forEach(take);
  };
}
