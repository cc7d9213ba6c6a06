// Horizontal bars with the range of their runs: ratios, and memory.
import { element, kindOf, line, picture, text, ticks } from "./svg.mjs";

const WIDTH = 760;
const LEFT = 160;
const RIGHT = 150; // for what stands behind the bars
const TOP = 64;
const ROW = 26;
const BAR = 16;

/** `rows`: `{program, system, yardstick, note, value: {median, min, max}}`; `mark`: where a dashed line stands. */
export function bars({ title, unit, rows, mark, format }) {
  const most = Math.max(...rows.map(({ value }) => value.max), mark ?? 0) || 1;
  const x = (value) => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + rows.length * ROW;
  const grid = ticks(most).flatMap((value) => [
    line(x(value), TOP - 8, x(value), bottom, { class: "rule" }),
    text(x(value), bottom + 16, value.toLocaleString("en-US"), { class: "faint", "text-anchor": "middle" }),
  ]);
  const drawn = rows.flatMap((row, at) => {
    const [y, kind, { median, min, max }] = [TOP + at * ROW, kindOf(row), row.value];
    const middle = y + BAR / 2;
    return [
      text(LEFT - 10, middle + 4.5, row.program, { "text-anchor": "end", ...(kind === "ours" && { class: "strong" }) }),
      element("rect", { x: LEFT, y, width: Math.max(1, x(median) - LEFT), height: BAR, rx: 2, class: kind }),
      ...(max > min ? [line(x(min), middle, x(max), middle, { class: "range" })] : []),
      text(
        Math.max(x(median), x(max)) + 8,
        middle + 4.5,
        [format(median), row.note].filter(Boolean).join(" "),
        kind === "ours" ? { class: "strong" } : {},
      ),
    ];
  });
  const marked = mark === undefined ? [] : [line(x(mark), TOP - 8, x(mark), bottom, { class: "yardstick dashed" })];
  const said = rows.map(({ program, value }) => `${program} ${format(value.median)}`);
  return picture({ width: WIDTH, height: bottom + 28, title, description: `${unit}: ${said.join(", ")}` }, [
    text(16, 26, title, { class: "title" }),
    text(16, 45, `${unit}; line: range of the runs`, { class: "faint" }),
    ...grid,
    ...drawn,
    ...marked,
  ]);
}
