// What the viewer sees of the connection: its state, its transport and the choice of another one, and the counters.
import type { Device, TransportName } from "./pushwire/client.js";
import type { MonitorEvents } from "./events.js";
import { timeOfDay } from "./format.js";

const labels: Record<string, string> = { websocket: "WebSocket", sse: "SSE", "long-poll": "Long-poll", poll: "Poll" };

/** What was received, also for tests: the last id of each event type. */
export interface Received {
  count: number;
  gaps: number;
  resets: number;
  last: Record<string, string>;
}

export class Connection {
  readonly received: Received = { count: 0, gaps: 0, resets: 0, last: {} };

  private readonly state = document.getElementById("state")!;
  private readonly banner = document.getElementById("banner")!;
  private readonly counters = document.getElementById("counters")!;
  private patienceMs = 5000;
  private lastAt = 0; // of this machine's clock
  private lost?: { cause: string; retryAt?: number };

  constructor(private readonly device: Device<MonitorEvents>) {
    device.onAny((event) => {
      this.received.count += 1;
      this.received.last[event.event] = event.id;
      this.lastAt = Date.now();
    });
    device.on("connected", () => this.found());
    device.on("switched", () => this.found());
    device.on("gap", () => (this.received.gaps += 1));
    device.on("reset", () => (this.received.resets += 1));
    device.on("disconnected", ({ cause, retryMs }) => {
      this.lost = { cause, retryAt: retryMs === undefined ? undefined : Date.now() + retryMs };
      this.show();
    });
    for (const input of document.querySelectorAll<HTMLInputElement>("input[name=transport]")) {
      input.addEventListener("change", () => {
        device.use(input.value as TransportName | "auto");
        this.show();
      });
    }
    setInterval(() => this.show(), 250);
    this.show();
  }

  /** Silence for longer is told to the viewer; Infinity: there is nothing to come. */
  expect(patienceMs: number): void {
    this.patienceMs = patienceMs;
    this.show();
  }

  private found(): void {
    this.lost = undefined;
    this.show();
  }

  private show(): void {
    const { state, transport } = this.device.status();
    document.documentElement.dataset.transport = transport ?? "";
    const silentMs = this.lastAt === 0 ? 0 : Date.now() - this.lastAt;
    const live = state === "connected" && silentMs <= this.patienceMs;
    const lost = this.lost !== undefined || state === "closed";
    const paused = live && this.patienceMs === Infinity;
    this.set(this.state, paused ? "paused" : live ? "live" : lost ? "lost" : "busy", this.sentence(state, transport, live));
    this.set(this.banner, lost || silentMs > this.patienceMs ? "shown" : "", this.trouble(silentMs));
    document.body.classList.toggle("stale", this.banner.dataset.state === "shown");
    const { count, gaps } = this.received;
    const text = `${count.toLocaleString("en")} events · ${gaps} ${gaps === 1 ? "gap" : "gaps"}`;
    if (this.counters.textContent !== text) this.counters.textContent = text;
  }

  private sentence(state: string, transport: string | undefined, live: boolean): string {
    if (live) return `${this.patienceMs === Infinity ? "Paused" : "Live"} · ${labels[transport!] ?? transport}`;
    if (state === "connected") return "No data";
    return this.lost || state === "closed" ? "Disconnected" : "Connecting…";
  }

  private trouble(silentMs: number): string {
    const since = this.lastAt === 0 ? "No data yet" : `No data since ${timeOfDay(this.lastAt)}`;
    if (!this.lost) return silentMs > this.patienceMs ? `${since}: the connection is there, but nothing comes` : "";
    const { cause, retryAt } = this.lost;
    if (retryAt === undefined) return `${since}: ${cause}`;
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    return `${since}: ${cause} · ${seconds > 0 ? `trying again in ${seconds} s` : "trying again…"}`;
  }

  // Only changes reach the document, so that a screen reader hears each state once.
  private set(element: HTMLElement, state: string, text: string): void {
    if (element.dataset.state !== state) element.dataset.state = state;
    if (element.textContent !== text) element.textContent = text;
  }
}
