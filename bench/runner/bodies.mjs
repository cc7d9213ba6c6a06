// What a poll's answer is made of: Pushwire's own bytes, which the other servers then send as they are.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "./place.mjs";
import { PAYLOAD } from "./poll-targets.mjs";
import { programs } from "./programs.mjs";
import { Server } from "./server.mjs";

async function answerOf(program, workload) {
  const server = new Server();
  try {
    await server.start(program, workload, {});
    const base = `http://127.0.0.1:${server.port}`;
    const { path } = await program.target(base, workload);
    return await (await fetch(base + path)).text();
  } finally {
    await server.stop();
  }
}

function standIn({ waiting }) {
  const event = { id: "00000000-1", event: "bench", data: JSON.parse(PAYLOAD) };
  return JSON.stringify({ cursor: "00000000-10", resume: "ok", events: Array(waiting).fill(event) });
}

/** A file for each of these workloads, by its name. */
export async function writeBodies(workloads) {
  const program = programs.find(({ name }) => name === "pushwire-poll");
  const files = new Map();
  for (const workload of workloads) {
    const body = await answerOf(program, workload).catch(({ message }) => {
      console.log(`${workload.name}: Pushwire's server ${message}; the others answer something like it`);
      return standIn(workload);
    });
    const file = join(folderOf("bodies"), `${workload.name.replace(" ", "-")}.json`);
    writeFileSync(file, body);
    files.set(workload.name, file);
  }
  return files;
}
