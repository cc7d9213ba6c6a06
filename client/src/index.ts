import { connectTo } from "./connect.js";
import type { Device, Options } from "./device.js";

export type { Device, Lifecycle, Options, Status } from "./device.js";
export type { AttemptReport } from "./attempt.js";
export { RequestError, type RequestOptions } from "./outbox.js";
export type { HostEvent, Resume, TransportName } from "./transports/transport.js";

/** Connects to the server that this script came from, or to the one at `url`, such as
 *  "http://127.0.0.1:8080/pushwire/". A script that was bundled into another one came from elsewhere:
 *  give the address then. Returns at once. */
export function connect<Events extends object = Record<string, any>>(
  url: string | URL = new URL(".", import.meta.url),
  options?: Options,
): Device<Events> {
  return connectTo<Events>(url, options);
}
