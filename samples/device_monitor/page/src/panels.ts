// Which chart shows what.
import { Chart, type ChartOptions, type Series, view } from "./chart.js";
import { DeviceList, Meters } from "./readouts.js";
import type { Cpu, Load, Memory, Rate, Sensor, Trend } from "./events.js";
import { bytes, celsius, percent, plain, rate } from "./format.js";
import { onThemeChange } from "./theme.js";
import { Timeline, type Values } from "./timeline.js";

const KEEP_SECONDS = 300;
const MOST_CORE_LINES = 16; // beyond, lines hide each other; the meters still show every core
const PALETTE = 8;

const element = (id: string) => document.getElementById(id)!;
const paletteColor = (index: number) => `series-${(index % PALETTE) + 1}`;

function cpuValues(cpu: Cpu): Values {
  const values: Values = { total: cpu.total };
  cpu.cores.slice(0, MOST_CORE_LINES).forEach((use, core) => (values[`core ${core}`] = use));
  return values;
}

function memoryValues(memory: Memory): Values {
  const values: Values = { used: memory.used, cached: memory.cached };
  if (memory.swap_total > 0) values.swap = memory.swap_used;
  return values;
}

const loadValues = ({ one, five, fifteen }: Load): Values => ({ one, five, fifteen });
const rateValues = (rate: Rate): Values => ({ in: rate.in, out: rate.out });

function sum(rates: Rate[]): Rate {
  const total = { name: "all", in: 0, out: 0 };
  for (const one of rates) {
    if (one.name === "lo") continue; // traffic with itself
    total.in += one.in;
    total.out += one.out;
  }
  return total;
}

// Some air above the line, and no scale so fine that noise looks like traffic.
const rateTop = (largest: number) => Math.max(largest * 1.15, 16 * 1024);

export class Panels {
  private readonly cpu = new Timeline(KEEP_SECONDS);
  private readonly memory = new Timeline(KEEP_SECONDS);
  private readonly network = new Timeline(KEEP_SECONDS);
  private readonly disk = new Timeline(KEEP_SECONDS);
  private readonly load = new Timeline(KEEP_SECONDS);
  private readonly temperature = new Timeline(KEEP_SECONDS);
  private readonly charts: Chart[] = [];
  private readonly meters = new Meters(element("cores"));
  private readonly interfaces = new DeviceList(element("interfaces"), "↓", "↑");
  private readonly disks = new DeviceList(element("disks"), "R", "W");
  private memoryTotal = 0;
  private newest = 0;
  private drawing = false;

  constructor() {
    const chart = (options: ChartOptions) => this.charts.push(new Chart(options));
    const traffic = (id: string, timeline: Timeline, series: Series[]) =>
      chart({ element: element(id), timeline, series: () => series, format: rate, axis: rate, top: rateTop, binary: true });

    chart({
      element: element("cpu"),
      timeline: this.cpu,
      series: () => this.cpuSeries(),
      format: percent,
      axis: (value) => `${value} %`,
      top: () => 100,
    });
    chart({
      element: element("memory"),
      timeline: this.memory,
      series: () => this.memorySeries(),
      format: bytes,
      axis: bytes,
      top: (largest) => this.memoryTotal || largest * 1.15 || 1,
      binary: true,
    });
    traffic("network", this.network, [
      { name: "in", label: "received", color: "series-1", fill: true },
      { name: "out", label: "sent", color: "series-3" },
    ]);
    traffic("disk", this.disk, [
      { name: "in", label: "read", color: "series-2", fill: true },
      { name: "out", label: "written", color: "series-4" },
    ]);
    chart({
      element: element("load"),
      timeline: this.load,
      series: () => [
        { name: "one", label: "1 min", color: "series-4", fill: true },
        { name: "five", label: "5 min", color: "series-1", thin: true },
        { name: "fifteen", label: "15 min", color: "series-2", thin: true },
      ],
      format: plain,
      axis: (value) => String(value),
      top: (largest) => Math.max(1, largest * 1.2),
    });
    chart({
      element: element("temperature"),
      timeline: this.temperature,
      series: () => this.temperature.names.map((name, at) => ({ name, label: name, color: paletteColor(at) })),
      format: celsius,
      axis: (value) => `${value} °C`,
      top: (largest) => Math.max(60, largest * 1.1),
    });
    onThemeChange(() => this.charts.forEach((one) => one.recolor()));
  }

  onCpu(cpu: Cpu, at: number): void {
    this.cpu.add(at, cpuValues(cpu));
    this.meters.show(cpu.cores);
    this.changed(at);
  }

  onMemory(memory: Memory, at: number): void {
    this.memoryTotal = Math.max(memory.total, memory.swap_total);
    this.memory.add(at, memoryValues(memory));
    element("memory-total").textContent = `of ${bytes(memory.total)}`;
    this.changed(at);
  }

  onNetwork(rates: Rate[], at: number): void {
    this.network.add(at, rateValues(sum(rates)));
    this.interfaces.show(rates);
    this.changed(at);
  }

  onDisk(rates: Rate[], at: number): void {
    this.disk.add(at, rateValues(sum(rates)));
    this.disks.show(rates);
    this.changed(at);
  }

  onLoad(load: Load, at: number): void {
    this.load.add(at, loadValues(load));
    this.changed(at);
  }

  onTemperature(sensors: Sensor[], at: number): void {
    element("temperature").hidden = sensors.length === 0;
    this.temperature.add(at, Object.fromEntries(sensors.map((one) => [one.name, one.celsius])));
    this.changed(at);
  }

  onTrend(trend: Trend, at: number): void {
    this.cpu.addKept(at, cpuValues(trend.cpu));
    this.memory.addKept(at, memoryValues(trend.memory));
    this.network.addKept(at, rateValues(trend.network));
    this.disk.addKept(at, rateValues(trend.disk));
    this.load.addKept(at, loadValues(trend.load));
    this.changed(at);
  }

  /** Where figures come seldom, more time is in sight. */
  onInterval(milliseconds: number): void {
    const { cpu, memory, network, disk, load, temperature } = this;
    for (const timeline of [cpu, memory, network, disk, load, temperature]) {
      timeline.breakSeconds = Math.max(10, (milliseconds / 1000) * 3);
    }
    view.seconds = Math.min(KEEP_SECONDS, Math.max(180, (milliseconds / 1000) * 30));
  }

  private cpuSeries(): Series[] {
    const cores = this.cpu.names.filter((name) => name !== "total");
    return [
      ...cores.map((name, at): Series => ({ name, label: name, color: paletteColor(at + 1), thin: true, legend: cores.length <= 4 })),
      { name: "total", label: "total", color: "series-1", fill: true },
    ];
  }

  private memorySeries(): Series[] {
    const series: Series[] = [
      { name: "used", label: "used", color: "series-6", fill: true },
      { name: "cached", label: "cached", color: "series-2" },
    ];
    if (this.memory.names.includes("swap")) series.push({ name: "swap", label: "swap", color: "series-5" });
    return series;
  }

  // Charts are drawn once a frame however many events come, and not at all in a hidden tab.
  private changed(at: number): void {
    this.newest = Math.max(this.newest, at / 1000);
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      view.end = this.newest;
      for (const chart of this.charts) chart.draw();
    });
  }
}
