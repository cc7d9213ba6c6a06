// What the runs gave, as Markdown. Knows no clock and no socket.
import { table } from "../markdown.mjs";

/** The middle one; of an even number the worse of the two. What did not happen counts as infinite. */
export function median(values) {
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const worst = (values) => Math.max(...values.map((value) => value ?? Infinity));
const seconds = (ms) => (ms === Infinity ? "never" : (ms / 1000).toFixed(2));

function time(values) {
  const [middle, most] = [seconds(median(values)), seconds(worst(values))];
  return middle === most ? middle : `${middle} (${most})`;
}

const spread = (values) => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least}–${most}`;
};

const distinct = (values) => [...new Set(values.map((value) => value ?? "none"))].join(" / ");

/** A row for each mode, a column for each system: seconds to the first event, and the transport in use at the end. */
export function firstEvents(modes, systems, results) {
  const cell = (mode, { name }) => {
    const runs = results[mode][name];
    const firsts = runs.map(({ firstMs }) => firstMs);
    if (firsts.every((ms) => ms === undefined)) return "never";
    return `${time(firsts)} ${distinct(runs.map(({ transport }) => transport))}`;
  };
  const rows = modes.map((mode) => [mode, ...systems.map((system) => cell(mode, system))]);
  return table(["network", ...systems.map(({ name }) => name)], rows);
}

/** A row for each mode and system: what became of the stream. */
export function streams(modes, systems, results) {
  const times = ["next event after", "on WebSocket again after", "longest silence"];
  const counts = ["events lost or held back", "events repeated", "connections lost"];
  const row = (mode, { name }) => {
    const runs = results[mode][name].filter(({ firstMs }) => firstMs !== undefined);
    if (!runs.length) return [mode, name, "never", "never", "", "none", "", "", ""];
    const of = (key) => runs.map((run) => run[key]);
    const acted = runs.some((run) => "nextMs" in run);
    const took = acted ? [time(of("nextMs")), time(of("webSocketMs"))] : ["", ""];
    took.push(runs.some((run) => "silenceMs" in run) ? time(of("silenceMs")) : "");
    return [mode, name, ...took, distinct(of("transport")), ...["lost", "repeated", "losses"].map((key) => spread(of(key)))];
  };
  const rows = modes.flatMap((mode) => systems.map((system) => row(mode, system)));
  return table(["what happens", "system", ...times, "transport at the end", ...counts], rows);
}
