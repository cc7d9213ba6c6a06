// Our client as Node runs it, built from client/.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../browser/support/program.mjs";
import { WebSocket } from "../../browser/node_modules/ws/wrapper.mjs";

globalThis.WebSocket ??= WebSocket; // as browsers have it, and later versions of Node

export const { connect } = await import(pathToFileURL(join(root, "client/dist/client.js")));

/** Options of a client that waits for nothing long. */
export const impatient = {
  pollIntervalMs: 50,
  helloTimeoutMs: 400,
  headStartMs: 40,
  probeMs: [100, 400],
  backoffMs: [20, 200],
  share: false,
};

/** For single scenarios: a machine that is busy is no network that is blocked. */
export const patient = { ...impatient, headStartMs: 250, helloTimeoutMs: 3000 };
