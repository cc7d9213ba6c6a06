// The event stream format of server-sent events (WHATWG HTML, section 9.2.6 "Interpreting an event stream"), as far as
// data goes: what stands there tells its type and id itself, and when to come back is decided elsewhere.

/** Gives what takes the stream's bytes. They may be cut anywhere, also within a character or between CR and LF. Data that
 *  the stream's end cuts off are never given. */
export function eventStreamParser(onData: (data: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder(); // drops one byte order mark
  let rest = "";
  let afterCr = false;
  let data = "";

  const take = (line: string) => {
    const [, field, value = ""] = /^([^:]*)(?:: ?([^]*))?/.exec(line)!;
    if (field === "data") data += value + "\n";
    if (line) return;
    if (data) onData(data.slice(0, -1));
    data = "";
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
