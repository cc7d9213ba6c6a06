// The summary as Markdown.
import { table } from "../markdown.mjs";
import { digits, range, ratio } from "./format.mjs";

const mebibytes = (kibibytes) => digits(kibibytes / 1024);

const columns = {
  "fan-out": [
    ["deliveries/s", ({ msgs_per_s }) => digits(msgs_per_s)],
    ["p50 ms", ({ p50_ms }) => digits(p50_ms)],
    ["p99 ms", ({ p99_ms }) => digits(p99_ms)],
    ["p99.9 ms", ({ p999_ms }) => digits(p999_ms)],
    ["load core", ({ load_core }) => `${Math.round(load_core * 100)} %`],
  ],
  memory: [
    ["MiB at start", ({ rss0_kb }) => mebibytes(rss0_kb)],
    ["threads", ({ threads }) => Math.round(threads)],
  ],
  connect: [["connects/s", ({ connects_per_s }) => digits(connects_per_s)]],
  poll: [
    ["requests/s", ({ requests_per_s }) => digits(requests_per_s)],
    ["load core", ({ load_core }) => `${Math.round(load_core * 100)} %`],
  ],
  idle: [
    ["CPU-s", ({ cpu_s }) => digits(cpu_s)],
    ["threads", ({ threads }) => Math.round(threads)],
  ],
};

/** What went wrong, once each, with how often; then how many runs were disturbed. */
export function notes({ faults, disturbed, runs }) {
  const often = new Map();
  for (const fault of faults) often.set(fault, (often.get(fault) ?? 0) + 1);
  const said = [...often].map(([fault, times]) => (times > 1 ? `${fault} (${times} runs)` : fault));
  if (disturbed) said.push(`${disturbed} of ${runs} disturbed`);
  return said.join("; ");
}

/** One workload: a row for each program, the cheapest first. */
export function workloadTable({ cost, figures, yardstick, bestPeer, programs }) {
  const compared = [
    yardstick && [`× ${yardstick}`, ({ toYardstick }) => ratio(toYardstick)],
    bestPeer && [`× ${bestPeer}`, ({ toBestPeer }) => ratio(toBestPeer)],
  ].filter(Boolean);
  const measured = columns[figures].map(([title, show]) => [title, (row) => (row.cost ? show(row.figures) : "")]);
  const all = [
    ["program", ({ program, system }) => (system === "Pushwire" ? `**${program}**` : program)],
    [cost, (row) => range(row.cost)],
    ...compared,
    ...measured,
    ["runs", ({ runs }) => runs],
    ["", notes],
  ];
  return table(
    all.map(([title]) => title),
    programs.map((row) => all.map(([, show]) => show(row))),
  );
}

/** Where and with what it was measured. */
export function aboutText({ machine, versions, commit, date, runs, seconds }) {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}; Pushwire at commit ${commit}; ${machine.cores} × ${machine.cpu}, ${machine.memory}, Linux ${machine.kernel}.`,
    `${parts.join("; ")}.`,
    `${runs} runs each, ${seconds} s long, in turn. Median (least–most). Less is better; × is the ratio of costs, by rounds.`,
  ].join("\n");
}

const image = ({ file, title }) => `![${title}](${file})`;

/** The whole of what stands between the markers. `plots`: `{file, title, workload}`, without one above all of them. */
export function report({ about, workloads }, plots) {
  const of = (name) => plots.filter(({ workload }) => workload === name).map(image);
  const section = (workload) => [
    `### ${workload.name}`,
    `${workload.title}.`,
    ...of(workload.name),
    workloadTable(workload),
  ];
  return [aboutText(about), ...of(undefined), ...workloads.flatMap(section)].join("\n\n");
}
