// What there is to say about one process, asked for again and again while it is shown.
import type { Device } from "./pushwire/client.js";
import type { MonitorEvents, ProcessDetails } from "./events.js";
import { bytes, dateAndTime, sentence } from "./format.js";

const REFRESH_MS = 2000;

// Words that could be taken for several, or for none, are quoted.
const word = (text: string) => (/^[^\s"'\\]+$/.test(text) ? text : JSON.stringify(text));

const rows: [label: string, text: (process: ProcessDetails) => string][] = [
  ["Process", ({ pid }) => String(pid)],
  ["User", ({ user }) => user],
  ["State", ({ state }) => state],
  ["Parent", ({ parent }) => (parent === 0 ? "none" : String(parent))],
  ["Threads", ({ threads }) => String(threads)],
  ["Memory", ({ memory }) => bytes(memory)],
  ["Open files", ({ open_files }) => (open_files === null ? "not shown to the monitor" : String(open_files))],
  ["Started", ({ started }) => (started === null ? "unknown" : dateAndTime(started * 1000))],
  ["Command", ({ command, command_cut }) => command.map(word).join(" ") + (command_cut ? " …" : "") || "none"],
];

export class Details {
  private readonly dialog = document.getElementById("details") as HTMLDialogElement;
  private readonly title = document.getElementById("details-title")!;
  private readonly refusal = this.dialog.querySelector<HTMLElement>(".refusal")!;
  private readonly values: HTMLElement[];
  private pid?: number; // of the process that is shown
  private timer?: number;

  constructor(private readonly device: Device<MonitorEvents>) {
    const list = this.dialog.querySelector("dl")!;
    this.values = rows.map(([label]) => {
      const name = document.createElement("dt");
      const value = document.createElement("dd");
      name.textContent = label;
      list.append(name, value);
      return value;
    });
    this.dialog.querySelector("button")!.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close()); // beside it
    this.dialog.addEventListener("close", () => {
      this.pid = undefined;
      clearTimeout(this.timer);
    });
  }

  open(pid: number, name: string): void {
    this.pid = pid;
    this.title.textContent = name;
    this.values.forEach((value, at) => (value.textContent = at === 0 ? String(pid) : "–"));
    this.tell("");
    this.dialog.showModal();
    void this.ask(pid);
  }

  private async ask(pid: number): Promise<void> {
    try {
      const details = await this.device.request<ProcessDetails>("process.details", pid);
      if (this.pid !== pid) return;
      this.title.textContent = details.name;
      rows.forEach(([, text], at) => (this.values[at]!.textContent = text(details)));
      this.tell("");
    } catch (error) {
      if (this.pid !== pid) return;
      this.tell(sentence(error));
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(pid), REFRESH_MS);
  }

  // Only changes reach the document, so that a screen reader hears an error once.
  private tell(error: string): void {
    if (this.refusal.textContent !== error) this.refusal.textContent = error;
    this.dialog.classList.toggle("old", error !== "");
  }
}
