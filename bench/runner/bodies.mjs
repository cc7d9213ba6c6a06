// What a poll's answer is made of: Pushwire's own bytes, which the other servers then send as they are.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "./place.mjs";
import { programs } from "./programs.mjs";
import { Server } from "./server.mjs";

const fileOf = (workload) => join(folderOf("bodies"), `${workload.name.replace(" ", "-")}.json`);

/** A file for each of these workloads. Rejects where Pushwire's server does not run. */
export async function writeBodies(workloads) {
  const program = programs.find(({ name }) => name === "pushwire-poll");
  for (const workload of workloads) {
    const server = new Server();
    try {
      await server.start(program, workload, {});
      const base = `http://127.0.0.1:${server.port}`;
      const { path } = await program.target(base, workload);
      const response = await fetch(base + path);
      writeFileSync(fileOf(workload), Buffer.from(await response.arrayBuffer()));
    } finally {
      await server.stop();
    }
  }
  return new Map(workloads.map((workload) => [workload.name, fileOf(workload)]));
}
