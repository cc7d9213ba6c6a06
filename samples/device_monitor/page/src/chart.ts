// One chart over a timeline, with the values of the newest moment, or of the one under the pointer, in its legend.
import uPlot from "uplot";
import { timeOfDay } from "./format.js";
import { color } from "./theme.js";
import type { Timeline } from "./timeline.js";

export interface Series {
  name: string; // the timeline's column
  label: string;
  color: string; // of the style sheet
  fill?: boolean;
  thin?: boolean;
  legend?: boolean; // true unless told otherwise
}

export interface ChartOptions {
  element: HTMLElement;
  timeline: Timeline;
  series: () => Series[];
  format: (value: number) => string;
  axis: (value: number) => string;
  /** The upper end of the scale, given the largest value in sight. */
  top: (largest: number) => number;
  binary?: boolean; // ticks at powers of two
}

/** The part of time that all charts show, in Unix seconds. */
export const view = { end: Date.now() / 1000, seconds: 180 };

// None where it would be cut off at the right end.
const timeLabel = (at: number) => (at > view.end - view.seconds * 0.04 ? "" : timeOfDay(at * 1000));

const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power);
const sync = uPlot.sync("monitor");

export class Chart {
  private plot?: uPlot;
  private shape = "";
  private series: Series[] = [];
  private readonly frame: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly values = new Map<string, HTMLElement>();

  constructor(private readonly options: ChartOptions) {
    this.frame = options.element.querySelector<HTMLElement>(".chart")!;
    this.legend = options.element.querySelector<HTMLElement>(".legend")!;
    new ResizeObserver(() => this.resize()).observe(this.frame);
  }

  /** Draws what the timeline holds now. */
  draw(): void {
    const series = this.options.series();
    const shape = series.map((one) => one.name).join("\n");
    if (!this.plot || shape !== this.shape) this.rebuild(series, shape);
    this.plot?.setData(this.data(), true);
    this.tell();
  }

  /** The colors have changed. */
  recolor(): void {
    this.plot?.redraw(false, true);
  }

  private data(): uPlot.AlignedData {
    return [this.options.timeline.times, ...this.series.map((one) => this.options.timeline.column(one.name))];
  }

  private rebuild(series: Series[], shape: string): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.series = series;
    this.shape = shape;
    this.buildLegend();
    const { width, height } = this.frame.getBoundingClientRect();
    if (width === 0) return;
    this.plot = new uPlot(this.plotOptions(width, height), this.data(), this.frame);
    sync.sub(this.plot);
  }

  private plotOptions(width: number, height: number): uPlot.Options {
    const { top, axis, binary } = this.options;
    const line = { stroke: () => color("grid"), width: 1 };
    const text = { stroke: () => color("muted"), font: "11px system-ui, sans-serif", ticks: { show: false } };
    return {
      width,
      height,
      legend: { show: false },
      padding: [8, 6, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: "monitor", scales: ["x", null] }, points: { size: 7 } },
      scales: {
        x: { range: () => [view.end - view.seconds, view.end] },
        y: { range: (_plot, _low, largest) => [0, top(largest ?? 0)] },
      },
      axes: [
        { ...text, grid: { show: false }, size: 24, space: 70, values: (_plot, splits) => splits.map(timeLabel) },
        { ...text, grid: line, size: 62, space: 34, incrs: binary ? binarySteps : undefined, values: (_plot, splits) => splits.map(axis) },
      ],
      series: [
        {},
        ...this.series.map((one): uPlot.Series => ({
          label: one.label,
          stroke: () => color(one.color),
          fill: one.fill ? () => `${color(one.color)}22` : undefined,
          width: one.thin ? 1 : 2,
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [() => this.tell()] },
    };
  }

  private buildLegend(): void {
    this.legend.replaceChildren();
    this.values.clear();
    for (const one of this.series) {
      if (one.legend === false) continue;
      const item = document.createElement("span");
      const mark = document.createElement("i");
      const value = document.createElement("b");
      mark.style.background = `var(--${one.color})`;
      value.textContent = "–";
      item.append(mark, one.label, value);
      this.legend.append(item);
      this.values.set(one.name, value);
    }
  }

  private tell(): void {
    const index = this.plot?.cursor.idx;
    for (const [name, element] of this.values) {
      const column = this.options.timeline.column(name);
      const value = index != null ? column[index] : column.at(-1);
      const text = value == null ? "–" : this.options.format(value);
      if (element.textContent !== text) element.textContent = text;
    }
  }

  private resize(): void {
    const { width, height } = this.frame.getBoundingClientRect();
    if (width === 0) return;
    if (this.plot) this.plot.setSize({ width, height });
    else this.draw();
  }
}
