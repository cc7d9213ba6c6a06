// The classic script: `pushwire.connect` does what `connect` of the module does.
import { connectTo } from "./connect.js";
import type { Device, Options } from "./device.js";
import { RequestError } from "./outbox.js";

const script = document.currentScript as HTMLScriptElement | null; // known only at first run
const home = script?.src && new URL(".", script.src);

const connect = (url: string | URL = home || ".", options?: Options): Device => connectTo(url, options);

(globalThis as { pushwire?: object }).pushwire = { connect, RequestError };
