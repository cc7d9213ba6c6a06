// The event stream format of server-sent events (WHATWG HTML, section 9.2.6 "Interpreting an event stream").

export interface StreamEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** Bytes may be cut anywhere, also within a character or between CR and LF. An event that the stream's end cuts off is
 *  never given. */
export class EventStreamParser {
  private readonly decoder_ = new TextDecoder(); // drops one byte order mark
  private rest_ = "";
  private afterCr_ = false;
  private type_ = "";
  private data_ = "";
  private lastEventId_ = "";

  constructor(
    private readonly onEvent_: (event: StreamEvent) => void,
    private readonly onRetry_: (ms: number) => void = () => {},
  ) {}

  push(bytes: Uint8Array): void {
    const text = this.decoder_.decode(bytes, { stream: true });
    if (!text) return;
    const lines = text.slice(this.afterCr_ && text[0] === "\n" ? 1 : 0).split(/\r\n|\n|\r/);
    this.afterCr_ = text.endsWith("\r");
    lines[0] = this.rest_ + lines[0];
    this.rest_ = lines.pop()!;
    for (const line of lines) this.line_(line);
  }

  private line_(line: string): void {
    if (!line) return this.dispatch_();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value[0] === " ") value = value.slice(1);
    if (field === "data") this.data_ += value + "\n";
    else if (field === "event") this.type_ = value;
    else if (field === "id") {
      if (!value.includes("\0")) this.lastEventId_ = value;
    } else if (field === "retry" && /^\d+$/.test(value)) this.onRetry_(+value);
  }

  private dispatch_(): void {
    const { type_: type, data_: data, lastEventId_: lastEventId } = this;
    this.type_ = this.data_ = "";
    if (data) this.onEvent_({ type: type || "message", data: data.slice(0, -1), lastEventId });
  }
}
