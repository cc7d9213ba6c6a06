// The language of the servers, that of Pushwire's test host (tests/browser/host/commands.hpp) as far as it is needed: each
// line of standard input is a command, answered by a line of JSON.
import { createInterface } from "node:readline";

/** Listens on the port that the command line gives, and calls `emit` with the number of every `emit counter <number>`.
 *  Ends with the input. */
export async function serve(http, emit) {
  http.listen(Number(process.argv[2] ?? 0), "127.0.0.1");
  await new Promise((listening) => http.once("listening", listening));
  console.log(`listening on http://127.0.0.1:${http.address().port}/`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [, number] = /^emit counter (\d+)$/.exec(line) ?? [];
    if (number === undefined) throw new Error(`no such command: ${line}`);
    emit(Number(number));
    console.log("{}");
  }
  process.exit();
}
