import assert from "node:assert/strict";
import { curl } from "./curl.mjs";

/** A program that talks to a server by curl: begins a session, and gives what sends frames in it and gets the replies. */
export async function beginSession(t, address) {
  const { fields } = await curl(t, "-H", "Pushwire-Session: new", `${address}/pushwire/poll`);
  const session = ["-H", `Pushwire-Session: ${fields["pushwire-session"]}`];
  return async (...frames) => {
    const json = ["-H", "Content-Type: application/json", "--data-binary", JSON.stringify(frames)];
    const { status, body } = await curl(t, ...session, ...json, `${address}/pushwire/send`);
    assert.equal(status, 200, body);
    return JSON.parse(body);
  };
}
