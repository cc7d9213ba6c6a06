import { type Device, type Options } from "./device.js";
export declare function connectTo<Events extends object = Record<string, any>>(url: string | URL, options?: Options): Device<Events>;
