// Runs a schedule in Node and in Bun, from SIGUSR2 on.
import { openSync, readSync } from "node:fs";
import { paceOf, Schedule } from "./schedule.mjs";

// Bun's hrtime begins with the process; what is compared with the load generator's clock has to be the system's.
async function monotonicNs() {
  if (!globalThis.Bun) return () => Number(process.hrtime.bigint());
  const { dlopen, ptr } = await import("bun:ffi");
  const { symbols } = dlopen("libc.so.6", { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
  const spec = new BigInt64Array(2);
  symbols.clock_gettime(1, ptr(spec)); // CLOCK_MONOTONIC
  const ahead = Number(spec[0]) * 1e9 + Number(spec[1]) - Bun.nanoseconds();
  return () => Bun.nanoseconds() + ahead;
}

function deliveryCount(file) {
  if (!file) return () => 0;
  const [descriptor, word] = [openSync(file, "r"), Buffer.alloc(8)];
  return () => (readSync(descriptor, word, 0, 8, 0), Number(word.readBigUInt64LE()));
}

/** Calls `emit` with each event's text when it is due. */
export async function pace(emit) {
  const settings = paceOf(process.env);
  const [schedule, delivered, now] = [new Schedule(settings), deliveryCount(settings.counter), await monotonicNs()];
  const turn = () => {
    const due = schedule.due(now(), settings.periodNs ? 0 : delivered());
    for (let left = due; left > 0; left--) emit(schedule.next(now()));
    if (schedule.over) return;
    const wait = schedule.waitMs(now(), due);
    if (wait > 0 || settings.periodNs) setTimeout(turn, wait);
    else setImmediate(turn);
  };
  process.once("SIGUSR2", turn);
}
