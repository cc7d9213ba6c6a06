import type { Device, Options } from "./device.js";
export declare function connect(url?: string | URL, options?: Options): Device;
