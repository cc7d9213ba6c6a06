// What the viewer sees of the connection.

const labels = { websocket: "WebSocket", sse: "SSE", "long-poll": "Long-poll", poll: "Poll" };

export function showConnection(device, element) {
  let retryAt;
  let last = false;
  device.on("connected", () => ((retryAt = undefined), show()));
  device.on("switched", () => ((retryAt = undefined), show()));
  device.on("disconnected", ({ retryMs }) => {
    last = retryMs === undefined;
    retryAt = Date.now() + (retryMs ?? 0);
    show();
  });
  setInterval(show, 250);
  show();

  function show() {
    const { state, transport } = device.status();
    document.documentElement.dataset.transport = transport ?? "";
    if (state === "connected") tell("live", `Live · ${labels[transport] ?? transport}`);
    else if (last || state === "closed") tell("lost", "Disconnected");
    else if (retryAt === undefined) tell("busy", "Connecting…");
    else tell("lost", `Disconnected · ${wait()}`);
  }

  function wait() {
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    return seconds > 0 ? `again in ${seconds} s` : "trying…";
  }

  // Only changes reach the document, so that a screen reader hears each state once.
  function tell(state, text) {
    if (element.dataset.state !== state) element.dataset.state = state;
    if (element.textContent !== text) element.textContent = text;
  }
}
