// Node 20 now and then spins for ever when a process ends by itself: it waits for what a torn-down connection left behind
// (node::Environment::CleanupHandles). All is said and reported by then.
let asked = false;

/** Ends the process at its end, behind all others who want to be told of it. To be called inside a test. */
export function endAtOnce() {
  if (asked) return;
  asked = true;
  process.on("exit", (code) => process.reallyExit(process.exitCode ?? code));
}
