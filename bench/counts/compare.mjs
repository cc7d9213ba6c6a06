// Compares what callgrind has counted with what is recorded: compare.mjs PROFILES RECORD [--record]
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const tolerance = 0.03;

// What a count depends on beside our code. Other versions have other counts, which say nothing about ours.
function tools() {
  const first = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).split("\n")[0].trim();
  return {
    compiler: first("g++-12", "-dumpfullversion"),
    libc: first("getconf", "GNU_LIBC_VERSION"),
    machine: first("uname", "-m"),
  };
}

// Of each scenario: how many instructions, and what it did.
function counted(profiles) {
  const totals = new Map();
  for (const file of readdirSync(profiles)) {
    const text = file.startsWith("callgrind.out") ? readFileSync(join(profiles, file), "utf8") : "";
    const trigger = /^desc: Trigger: Client Request: (.*)$/m.exec(text);
    const total = /^(?:totals|summary): (\d+)$/m.exec(text);
    if (trigger && total) totals.set(trigger[1], Number(total[1]));
  }
  return readFileSync(join(profiles, "operations"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [name, operations, operation] = line.split("\t");
      if (!totals.has(name)) throw new Error(`callgrind has written no profile of "${name}"`);
      return { name, operations: Number(operations), operation, instructions: totals.get(name) };
    });
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const text = (column) => column === 0 || column === 5;
  const pad = (cell, column) => (text(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

const [profiles, file, how] = process.argv.slice(2);
const now = counted(profiles);
const with_ = tools();

if (how === "--record") {
  const scenarios = Object.fromEntries(now.map(({ name, instructions }) => [name, instructions]));
  writeFileSync(file, `${JSON.stringify({ with: with_, scenarios }, null, 2)}\n`);
  console.log(`${file} is written. Commit it with the change that it belongs to.`);
}

const recorded = JSON.parse(readFileSync(file, "utf8"));
if (JSON.stringify(recorded.with) !== JSON.stringify(with_)) {
  console.log(`Not compared: recorded with ${JSON.stringify(recorded.with)}, counted with ${JSON.stringify(with_)}.`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}

let failed = 0;
const rows = [["scenario", "recorded", "now", "difference", "each", "operation", ""]];
for (const { name, operations, operation, instructions } of now) {
  const before = recorded.scenarios[name];
  const change = before === undefined ? Infinity : instructions / before - 1;
  const bad = Math.abs(change) > tolerance;
  if (bad) failed += 1;
  rows.push([
    name,
    String(before ?? "-"),
    String(instructions),
    before === undefined ? "new" : `${change < 0 ? "" : "+"}${(100 * change).toFixed(2)} %`,
    (instructions / operations).toFixed(0),
    operation,
    bad ? "FAILED" : "",
  ]);
}
const gone = Object.keys(recorded.scenarios).filter((name) => !now.some((one) => one.name === name));
for (const name of gone) rows.push([name, String(recorded.scenarios[name]), "-", "gone", "", "", "FAILED"]);
failed += gone.length;

console.log(table(rows));
if (failed > 0) {
  console.log(
    `\nOver ${100 * tolerance} % from what is recorded. More: callgrind_annotate on ${profiles} says where.` +
      "\nFewer, or meant so: bench/counts/check --record, and commit what it writes.",
  );
}
console.log(`${rows.length - 1 - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
