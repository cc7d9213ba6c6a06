// Processes that a benchmark starts. None outlives it, however it ends.
import { spawn } from "node:child_process";

const running = new Set();
process.on("exit", () => running.forEach((child) => end(child)));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** As `spawn` of node:child_process. `detached`: it ends together with what it starts itself. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, options);
  child.group = Boolean(options.detached);
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

export function end(child, signal = "SIGKILL") {
  if (!child.group || !child.pid) return child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false; // it has ended
  }
}
