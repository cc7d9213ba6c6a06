// The event stream format of server-sent events (WHATWG HTML, section 9.2.6 "Interpreting an event stream").

export interface StreamEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** Bytes may be cut anywhere, also within a character or between CR and LF. An event that the stream's end cuts off is
 *  never given. */
export class EventStreamParser {
  private readonly decoder = new TextDecoder(); // drops one byte order mark
  private rest = "";
  private afterCr = false;
  private type = "";
  private data = "";
  private lastEventId = "";

  constructor(
    private readonly onEvent: (event: StreamEvent) => void,
    private readonly onRetry: (ms: number) => void = () => {},
  ) {}

  push(bytes: Uint8Array): void {
    const text = this.decoder.decode(bytes, { stream: true });
    if (!text) return;
    const lines = text.slice(this.afterCr && text[0] === "\n" ? 1 : 0).split(/\r\n|\n|\r/);
    this.afterCr = text.endsWith("\r");
    lines[0] = this.rest + lines[0];
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
  }

  private line(line: string): void {
    if (!line) return this.dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value[0] === " ") value = value.slice(1);
    if (field === "data") this.data += value + "\n";
    else if (field === "event") this.type = value;
    else if (field === "id") {
      if (!value.includes("\0")) this.lastEventId = value;
    } else if (field === "retry" && /^\d+$/.test(value)) this.onRetry(+value);
  }

  private dispatch(): void {
    const { type, data, lastEventId } = this;
    this.type = this.data = "";
    if (data) this.onEvent({ type: type || "message", data: data.slice(0, -1), lastEventId });
  }
}
