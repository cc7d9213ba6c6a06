// Ways to read the host's events that note what they see. Each runs in Node or, by its text, in a page (`inPage`): it
// uses nothing of this module.

/** With the platform's EventSource: the events `counter`, `userlogin` and `temperature`, and the controls. */
export function readEventSource(EventSource, url) {
  const seen = { opened: 0, failed: 0, numbers: [], logins: [], temperatures: [], controls: [], lastId: "" };
  const source = new EventSource(url);
  const hear = (name, handler) =>
    source.addEventListener(name, ({ data, lastEventId }) => {
      seen.lastId = lastEventId;
      handler(JSON.parse(data));
    });
  source.onopen = () => ++seen.opened;
  source.onerror = () => ++seen.failed;
  hear("counter", (number) => seen.numbers.push(number));
  hear("userlogin", (login) => seen.logins.push(login));
  hear("temperature", (celsius) => seen.temperatures.push(celsius));
  for (const kind of ["hello", "live", "gap", "reset", "ping", "bye"]) {
    hear(`pushwire.${kind}`, (control) => seen.controls.push(control));
  }
  return { seen, source };
}

/** With the platform's WebSocket: every frame, a binary one as its head with its bytes as `data`. */
export function readWebSocket(WebSocket, url, protocols) {
  const seen = { protocol: undefined, frames: [], closed: undefined };
  const socket = new WebSocket(url, protocols);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => (seen.protocol = socket.protocol);
  socket.onclose = ({ code, reason, wasClean }) => (seen.closed = { code, reason, wasClean });
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") return seen.frames.push(JSON.parse(data));
    const bytes = new Uint8Array(data);
    const end = bytes.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    seen.frames.push({ ...head, data: [...bytes.subarray(end + 1)] });
  };
  return { seen, socket };
}

/** With our client: the numbers of `counter`, other events whole, and what happens to the connection. */
export function readDevice(connect, url, options) {
  const seen = { numbers: [], events: [], connected: [], switched: [], gaps: [], resets: 0, disconnected: [] };
  const device = connect(url, options);
  device.on("connected", (what) => seen.connected.push(what));
  device.on("switched", (what) => seen.switched.push(what));
  device.on("gap", (what) => seen.gaps.push({ ...what, behind: seen.numbers.length }));
  device.on("reset", () => ++seen.resets);
  device.on("disconnected", (what) => seen.disconnected.push(what));
  device.on("counter", (number) => seen.numbers.push(number));
  device.onAny((event) => {
    if (event.event === "counter") return;
    const bytes = event.data instanceof Uint8Array;
    seen.events.push({ ...event, data: bytes ? [...event.data] : event.data, bytes });
  });
  return { seen, device };
}

/** Runs a reader in a page, on the global of that name, as `window.run`. */
export async function inPage(page, reader, global, ...args) {
  const given = args.map((arg) => JSON.stringify(arg) ?? "undefined");
  await page.evaluate(`window.run = (${reader})(${[global, ...given].join(", ")}); undefined`);
}

/** What the page's reader has noted so far. */
export const seenIn = (page) => page.evaluate(() => window.run.seen);
