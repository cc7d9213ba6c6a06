// From each program's median latency to its 99th percentile, on a logarithmic axis; a panel for each workload.
import { element, kindOf, line, picture, text } from "./svg.mjs";

const WIDTH = 760;
const LEFT = 160;
const RIGHT = 140; // for the numbers behind the lines
const TOP = 64;
const ROW = 24;
const HEAD = 34; // above each panel
const FOOT = 34; // below it

const decades = (least, most) => {
  const [from, to] = [
    Math.floor(Math.log10(least)),
    Math.max(Math.ceil(Math.log10(most)), Math.floor(Math.log10(least)) + 1),
  ];
  return Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));
};
const milliseconds = (value) =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : `${Math.round(value)}`;

/** `panels`: `{title, rows: [{program, system, yardstick, p50, p99}]}`, in milliseconds. */
export function latency({ title, panels }) {
  const values = panels
    .flatMap(({ rows }) => rows.flatMap(({ p50, p99 }) => [p50, p99]))
    .map((value) => Math.max(value, 0.001));
  const axis = decades(Math.min(...values), Math.max(...values));
  const [low, high] = [Math.log10(axis[0]), Math.log10(axis.at(-1))];
  const x = (value) => LEFT + ((Math.log10(Math.max(value, axis[0])) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  let y = TOP;
  const drawn = [];
  for (const panel of panels) {
    drawn.push(text(16, y + 8, panel.title, { class: "strong" }));
    y += HEAD;
    const bottom = y + panel.rows.length * ROW - 8;
    for (const value of axis) {
      drawn.push(line(x(value), y - 12, x(value), bottom, { class: "rule" }));
      drawn.push(
        text(x(value), bottom + 16, `${Number(value.toPrecision(1))} ms`, { class: "faint", "text-anchor": "middle" }),
      );
    }
    for (const row of panel.rows) {
      const kind = kindOf(row);
      const strong = kind === "ours" ? { class: "strong" } : {};
      drawn.push(
        text(LEFT - 10, y + 4.5, row.program, { "text-anchor": "end", ...strong }),
        line(x(row.p50), y, x(row.p99), y, { class: kind, "stroke-width": 3 }),
        element("circle", { cx: x(row.p50), cy: y, r: 5, class: kind }),
        line(x(row.p99), y - 6, x(row.p99), y + 6, { class: kind, "stroke-width": 3 }),
        text(x(row.p99) + 10, y + 4.5, `${milliseconds(row.p50)} / ${milliseconds(row.p99)}`, strong),
      );
      y += ROW;
    }
    y += FOOT;
  }
  const description = panels.map(
    (panel) => `${panel.title}: ${panel.rows.map((row) => `${row.program} ${row.p50} and ${row.p99}`).join(", ")}`,
  );
  return picture({ width: WIDTH, height: y - 4, title, description: description.join("; ") }, [
    text(16, 26, title, { class: "title" }),
    text(16, 45, "in ms, on a logarithmic axis; dot: median; bar: 99th percentile", { class: "faint" }),
    ...drawn,
  ]);
}
