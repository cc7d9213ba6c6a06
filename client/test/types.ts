// Judged by the compiler alone.
import { connect } from "../src/index.js";

interface Events {
  temperature: number;
  image: Uint8Array;
  connected: string;
}

export function check(): void {
  const device = connect<Events>("http://fake/");
  device.on("temperature", (celsius, event) => celsius.toFixed() + event.data.toFixed() + event.id);
  device.on("image", (bytes) => bytes.length);
  device.on("connected", ({ transport }) => transport);
  device.on("event:connected", (text) => text.length);
  device.onAny(({ event, data }) => [event, data]);
  device.off("temperature");
  device.subscribe(["temperature", "sensor.*"]);
  device.request<number>("setpoint", 21.5, { timeout: 500 }).then((celsius) => celsius.toFixed());
  const { state, role, transport, roundTripMs, attempts } = device.status();
  const causes: (string | undefined)[] = [state, role, transport, roundTripMs?.toFixed(), attempts[0]?.cause];
  causes.pop();
  // @ts-expect-error: no such event
  device.on("temprature", () => {});
  // @ts-expect-error: a number has no length
  device.on("temperature", (celsius) => celsius.length);
  // @ts-expect-error: not a transport
  device.use("pigeon");
  connect("http://fake/").on("anything", (data) => data.whatever);
}
