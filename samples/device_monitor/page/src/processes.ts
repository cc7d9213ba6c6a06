// The table of processes, sorted by what the viewer asks for.
import type { Process, Processes } from "./events.js";
import { bytes } from "./format.js";

const ROWS = 12;
type Order = "cpu" | "memory";

export class ProcessTable {
  private readonly rows: HTMLTableRowElement[] = [];
  private readonly headers = [...document.querySelectorAll<HTMLElement>("#processes th[data-order]")];
  private order: Order = "cpu";
  private newest: Process[] = [];

  constructor() {
    const body = document.querySelector<HTMLTableSectionElement>("#processes tbody")!;
    for (let i = 0; i < ROWS; ++i) {
      const row = body.insertRow();
      for (let cell = 0; cell < 5; ++cell) row.insertCell();
      this.rows.push(row);
    }
    for (const header of this.headers) {
      header.querySelector("button")!.addEventListener("click", () => this.sort(header.dataset.order as Order));
    }
  }

  show(processes: Processes): void {
    document.getElementById("process-count")!.textContent = `${processes.count}`;
    this.newest = processes.top;
    this.draw();
  }

  private sort(order: Order): void {
    this.order = order;
    for (const header of this.headers) {
      header.setAttribute("aria-sort", header.dataset.order === order ? "descending" : "none");
    }
    this.draw();
  }

  private draw(): void {
    const key = (process: Process) => (this.order === "cpu" ? [process.cpu ?? 0, process.memory] : [process.memory, 0]);
    const sorted = [...this.newest].sort((a, b) => key(b)[0]! - key(a)[0]! || key(b)[1]! - key(a)[1]! || a.pid - b.pid);
    const most = Math.max(1, ...this.newest.map((one) => one.memory));
    this.rows.forEach((row, at) => {
      const process = sorted[at];
      const cells = [...row.cells];
      const texts = process
        ? [String(process.pid), process.name, process.user, process.cpu === null ? "–" : process.cpu.toFixed(1), bytes(process.memory)]
        : ["", "", "", "", ""];
      cells.forEach((cell, column) => (cell.textContent = texts[column]!));
      cells[1]!.title = process?.name ?? "";
      cells[3]!.style.setProperty("--use", String(Math.min(1, (process?.cpu ?? 0) / 100)));
      cells[4]!.style.setProperty("--use", String((process?.memory ?? 0) / most));
    });
  }
}
