// The table of processes, sorted by what the viewer asks for. Each opens its details.
import type { Process, Processes } from "./events.js";
import { bytes } from "./format.js";

const ROWS = 12;
type Order = "cpu" | "memory";

export class ProcessTable {
  private readonly body = document.querySelector<HTMLTableSectionElement>("#processes tbody")!;
  private readonly rows: HTMLTableRowElement[] = [];
  private readonly headers = [...document.querySelectorAll<HTMLElement>("#processes th[data-order]")];
  private order: Order = "cpu";
  private newest: Process[] = [];
  private shown: Process[] = []; // by row
  private pressed?: Process; // the pointer went down on it: the rows may have moved when it comes up

  constructor(open: (process: Process) => void) {
    for (let i = 0; i < ROWS; ++i) {
      const row = this.body.insertRow();
      for (let cell = 0; cell < 5; ++cell) row.insertCell();
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-haspopup", "dialog");
      row.cells[1]!.append(button);
      this.rows.push(row);
    }
    const under = ({ target }: Event) => {
      const row = (target as Element).closest("tr");
      return row ? this.shown[this.rows.indexOf(row)] : undefined;
    };
    this.body.addEventListener("pointerdown", (event) => (this.pressed = under(event)));
    this.body.addEventListener("click", (event) => {
      const process = event.detail > 0 ? this.pressed : under(event); // 0: by the keyboard
      if (process) open(process);
    });
    for (const header of this.headers) {
      header.querySelector("button")!.addEventListener("click", () => this.sort(header.dataset.order as Order));
    }
    this.draw();
  }

  show(processes: Processes): void {
    document.getElementById("process-count")!.textContent = `${processes.count}`;
    this.newest = processes.top;
    if (this.held()) this.shown = this.shown.map((old) => this.newest.find(({ pid }) => pid === old.pid) ?? old);
    else this.arrange();
    this.draw();
  }

  private sort(order: Order): void {
    this.order = order;
    for (const header of this.headers) {
      header.setAttribute("aria-sort", header.dataset.order === order ? "descending" : "none");
    }
    this.arrange();
    this.draw();
  }

  // Rows stay where they are while somebody walks through them by the keyboard, or looks at one: the process under the
  // focus must not become another one.
  private held(): boolean {
    return this.body.querySelector(":focus-visible") !== null || document.querySelector("dialog[open]") !== null;
  }

  private arrange(): void {
    const key = (process: Process) => (this.order === "cpu" ? [process.cpu ?? 0, process.memory] : [process.memory, 0]);
    this.shown = [...this.newest]
      .sort((a, b) => key(b)[0]! - key(a)[0]! || key(b)[1]! - key(a)[1]! || a.pid - b.pid)
      .slice(0, ROWS);
  }

  private draw(): void {
    const most = Math.max(1, ...this.newest.map((one) => one.memory));
    this.rows.forEach((row, at) => {
      const process = this.shown[at];
      const cells = [...row.cells];
      const button = cells[1]!.querySelector("button")!;
      const texts = process
        ? [String(process.pid), process.name, process.user, process.cpu === null ? "–" : process.cpu.toFixed(1), bytes(process.memory)]
        : ["", "", "", "", ""];
      cells.forEach((cell, column) => ((column === 1 ? button : cell).textContent = texts[column]!));
      button.hidden = !process;
      row.classList.toggle("process", !!process);
      cells[1]!.title = process?.name ?? "";
      cells[3]!.style.setProperty("--use", String(Math.min(1, (process?.cpu ?? 0) / 100)));
      cells[4]!.style.setProperty("--use", String((process?.memory ?? 0) / most));
    });
  }
}
