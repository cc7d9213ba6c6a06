// Figures beside the charts: a meter for each core, a line for each device.
import type { Rate } from "./events.js";
import { rate } from "./format.js";

export class Meters {
  private readonly bars: HTMLElement[] = [];

  constructor(private readonly element: HTMLElement) {}

  show(cores: (number | null)[]): void {
    while (this.bars.length < cores.length) this.add();
    cores.forEach((use, core) => {
      const bar = this.bars[core]!;
      bar.style.setProperty("--use", String((use ?? 0) / 100));
      bar.title = use === null ? `core ${core}: offline` : `core ${core}: ${Math.round(use)} %`;
      bar.lastElementChild!.textContent = use === null ? "off" : `${Math.round(use)} %`;
    });
  }

  private add(): void {
    const bar = document.createElement("li");
    const name = document.createElement("span");
    const value = document.createElement("b");
    name.textContent = String(this.bars.length);
    bar.append(name, value);
    this.element.append(bar);
    this.bars.push(bar);
  }
}

export class DeviceList {
  private readonly seen = new Set<string>();

  constructor(
    private readonly element: HTMLElement,
    private readonly inMark: string,
    private readonly outMark: string,
  ) {}

  /** Those that ever had traffic while the page was open; all where none had. */
  show(rates: Rate[]): void {
    for (const one of rates) if (one.in > 0 || one.out > 0) this.seen.add(one.name);
    const active = rates.filter((one) => this.seen.has(one.name));
    const shown = active.length > 0 ? active : rates;
    while (this.element.children.length > shown.length) this.element.lastElementChild!.remove();
    while (this.element.children.length < shown.length) this.element.append(row());
    shown.forEach((one, at) => {
      const [name, input, output] = this.element.children[at]!.children;
      name!.textContent = one.name;
      input!.textContent = `${this.inMark} ${rate(one.in)}`;
      output!.textContent = `${this.outMark} ${rate(one.out)}`;
    });
  }
}

function row(): HTMLElement {
  const line = document.createElement("li");
  line.append(...["span", "b", "b"].map((tag) => document.createElement(tag)));
  return line;
}
