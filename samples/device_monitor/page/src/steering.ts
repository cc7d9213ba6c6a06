// The controls that change the monitor for all of its viewers.
import type { Device } from "./pushwire/client.js";
import type { MonitorEvents, Settings } from "./events.js";
import { count, interval, sentence } from "./format.js";

const INTERVALS = [50, 100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

export class Steering {
  private readonly choice = element<HTMLSelectElement>("interval");
  private readonly pause = element<HTMLButtonElement>("pause");
  private readonly changed = element("changed");
  private readonly refusal = element("refusal");
  private readonly viewers = element("viewers");
  private settings?: Settings;
  private you?: number;
  private connected = false;

  constructor(private readonly device: Device<MonitorEvents>) {
    device.on("connected", () => this.connect(true));
    device.on("switched", () => this.connect(true));
    device.on("disconnected", () => this.connect(false));
    this.choice.addEventListener("change", () => this.ask("monitor.interval", Number(this.choice.value)));
    this.pause.addEventListener("click", () => this.ask("monitor.pause", !this.settings!.paused));
    this.draw();
  }

  show(settings: Settings): void {
    this.settings = settings;
    this.refuse("");
    this.draw();
  }

  showViewers(number: number): void {
    this.viewers.textContent = count(number, "viewer");
  }

  /** Which viewer this page is. */
  showYou(number: number): void {
    this.you = number;
    this.viewers.title = `You are viewer ${number}`;
    this.draw();
  }

  private connect(connected: boolean): void {
    this.connected = connected;
    this.draw();
  }

  // What was changed comes as an event, to everybody; what was refused comes here alone.
  private async ask(name: string, data: unknown): Promise<void> {
    try {
      await this.device.request(name, data);
      this.refuse("");
    } catch (error) {
      this.refuse(sentence(error));
    }
    this.draw();
  }

  private refuse(text: string): void {
    if (this.refusal.textContent !== text) this.refusal.textContent = text;
  }

  private draw(): void {
    const { interval_ms, paused, read_only } = this.settings ?? { interval_ms: 500, paused: false, read_only: false };
    this.offer(interval_ms);
    this.choice.value = String(interval_ms);
    this.pause.textContent = paused ? "Resume" : "Pause";
    this.choice.disabled = this.pause.disabled = !this.connected || !this.settings || read_only;
    this.changed.textContent = this.who();
    document.body.classList.toggle("paused", paused);
  }

  private who(): string {
    const { by, read_only } = this.settings ?? { by: null, read_only: false };
    if (read_only) return "read-only";
    if (by === null) return "";
    return by === this.you ? "changed by you" : `changed by viewer ${by}`;
  }

  // Another viewer's program may have set any interval.
  private offer(chosen: number): void {
    const wanted = [...new Set([...INTERVALS, chosen])].sort((a, b) => a - b);
    if (this.choice.options.length === wanted.length && this.choice.querySelector(`[value="${chosen}"]`)) return;
    this.choice.replaceChildren(...wanted.map((ms) => new Option(interval(ms), String(ms))));
  }
}
