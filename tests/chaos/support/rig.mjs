// A proxy before a little server, with clients that see what comes of it.
import { until } from "../../browser/support/until.mjs";
import { ChaosProxy } from "../proxy.mjs";
import { opened, RawClient, Upstream, WebSocket } from "./upstream.mjs";

export async function start(t, ...faults) {
  const upstream = await Upstream.start(t);
  const proxy = await ChaosProxy.start({ port: upstream.port, seed: 7 });
  t.after(() => proxy.stop());
  for (const fault of faults) proxy.faults.add(fault);
  const client = await RawClient.open(t, proxy.port);
  return { upstream, proxy, client };
}

/** `heard` is what came, `outcome` resolves when it is open or was refused, `closedWith` is the code of its end. */
export function webSocket(t, proxy) {
  const socket = new WebSocket(`${proxy.address.replace("http", "ws")}/pushwire/websocket`);
  t.after(() => socket.terminate());
  socket.heard = [];
  socket.on("message", (data) => socket.heard.push(`${data}`));
  socket.on("close", (code) => (socket.closedWith = code));
  socket.outcome = opened(socket);
  return socket;
}

export const heard = (socket, text) => until(`hearing ${text}`, () => socket.heard.includes(text), 5000);

/** Long enough for anything on its way to arrive: another connection's whole round trip, twice. */
export async function settle(t, proxy) {
  for (let i = 0; i < 2; ++i) {
    const other = await RawClient.open(t, proxy.port);
    other.get("/settle");
    await other.receives("polled");
  }
}
