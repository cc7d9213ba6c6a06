import type { Device } from "../src/device.js";

/** Waits until `condition` holds, and fails with what it was about when it does not within the deadline. */
export async function until(what: string, condition: () => unknown, deadlineMs = 5000): Promise<void> {
  for (const end = Date.now() + deadlineMs; !condition();) {
    if (Date.now() > end) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What a device gives, one line per event: "temperature 21.5", "* connected sse". */
export function record(device: Device): string[] {
  const lines: string[] = [];
  device.onAny(({ event, key, data, removed, snapshot }) => {
    const shown = removed ? "removed" : data instanceof Uint8Array ? `bytes ${[...data]}` : JSON.stringify(data);
    lines.push(`${event}${key === undefined ? "" : `/${key}`} ${shown}${snapshot ? " (snapshot)" : ""}`);
  });
  device.on("connected", ({ transport, resume }) => lines.push(`* connected ${transport} ${resume}`));
  device.on("switched", ({ from, to }) => lines.push(`* switched ${from} ${to}`));
  device.on("gap", ({ types }) => lines.push(`* gap ${types}`));
  device.on("reset", () => lines.push("* reset"));
  device.on("disconnected", ({ transport }) => lines.push(`* disconnected ${transport}`));
  return lines;
}
