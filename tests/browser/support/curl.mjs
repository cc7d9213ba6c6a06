import assert from "node:assert/strict";
import { Program } from "./program.mjs";

/** Starts curl, quiet and unbuffered; `lines` grows as its output comes. */
export function startCurl(t, ...args) {
  return new Program(t, "curl", ["-sSN", "--max-time", "60", ...args]);
}

/** Runs curl to its end: the status, the fields by lower-case name, and the body of the last answer. */
export async function curl(t, ...args) {
  const run = startCurl(t, "-i", ...args);
  const { code } = await run.exit();
  assert.equal(code, 0, run.stderr);
  const end = run.lines.indexOf("");
  const [first, ...fields] = run.lines.slice(0, end);
  return {
    status: Number(first.split(" ")[1]),
    fields: Object.fromEntries(
      fields.map((line) => [line.replace(/:.*/, "").toLowerCase(), line.replace(/.*?: /, "")]),
    ),
    body: run.lines.slice(end + 1).join("\n"),
  };
}

/** The events of an event stream that are complete: `{event, id, data}` as far as told. */
export function eventsOf(lines) {
  const events = [];
  let event = {};
  for (const line of lines) {
    const [name, value] = line.split(/: ?(.*)/s);
    if (line === "") {
      if (event.data !== undefined) events.push(event);
      event = {};
    } else if (["event", "id", "data"].includes(name)) {
      event[name] = name === "data" && event.data !== undefined ? `${event.data}\n${value}` : value;
    }
  }
  return events;
}
