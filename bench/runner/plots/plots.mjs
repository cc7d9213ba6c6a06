// Which pictures a summary gives.
import { digits } from "../format.mjs";
import { bars } from "./bars.mjs";
import { latency } from "./latency.mjs";

const PACED = ["W1", "W3", "W7"]; // where events are due at their time, so that latency is the server's and no queue's

const fileOf = (name) => `cost-${name.toLowerCase().replace(" ", "-")}.svg`;

/** Those that have a value, the lowest first. */
const rowsOf = (programs, key) =>
  programs
    .filter((row) => row[key])
    .map((row) => ({ ...row, value: row[key], note: row.faults.length ? "(with faults)" : "" }))
    .sort((a, b) => a.value.median - b.value.median);

function ratioPicture({ name, title, cost, yardstick, bestPeer, programs }) {
  const [base, key] = yardstick ? [yardstick, "toYardstick"] : [bestPeer, "toBestPeer"];
  const rows = rowsOf(programs, key);
  if (rows.length < 2) return undefined;
  const unit = `${cost}, relative to ${base}`;
  const content = bars({ title: `${name}: ${title}`, unit, rows, mark: 1, format: (value) => `${value.toFixed(2)} ×` });
  return { file: fileOf(name), workload: name, title: `${name}: cost relative to ${base}`, content };
}

function memoryPicture({ name, title, programs }) {
  const rows = rowsOf(programs, "cost");
  if (!rows.length) return undefined;
  const content = bars({ title: `${name}: ${title}`, unit: "KiB of memory per connection", rows, format: digits });
  return { file: "memory.svg", workload: name, title: "Memory per connection", content };
}

function latencyPicture(workloads) {
  const panels = workloads
    .filter(({ name }) => PACED.includes(name))
    .map(({ name, title, programs }) => ({
      title: `${name}: ${title}`,
      rows: programs
        .filter(({ figures }) => figures.p99_ms > 0)
        .map((row) => ({ ...row, p50: row.figures.p50_ms, p99: row.figures.p99_ms }))
        .sort((a, b) => a.p99 - b.p99),
    }))
    .filter(({ rows }) => rows.length);
  if (!panels.length) return undefined;
  return {
    file: "latency.svg",
    title: "Latency: median and 99th percentile",
    content: latency({ title: "From emission to arrival", panels }),
  };
}

/** `[{file, workload, title, content}]`; the latency of several workloads is one picture, of none in particular. */
export function plotsOf(workloads) {
  const costs = workloads
    .filter(({ figures }) => figures !== "idle")
    .map((workload) => (workload.figures === "memory" ? memoryPicture(workload) : ratioPicture(workload)));
  return [latencyPicture(workloads), ...costs].filter(Boolean);
}
