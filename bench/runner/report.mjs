// From the lines of the runs to the files of the report.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillPage, frame } from "./page.mjs";
import { plotsOf } from "./plots/plots.mjs";
import { programs } from "./programs.mjs";
import { summarize } from "./summary.mjs";
import { report } from "./tables.mjs";

/** `{about, runs}` of the texts of files with a line of JSON for each run; a round is one of its own file. */
export function readLines(texts) {
  const files = texts.map((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  const abouts = files.map(([{ about }]) => about);
  const commit = [...new Set(abouts.map(({ commit }) => commit))].join(" and ");
  const runs = files.flatMap(([, ...lines], at) => lines.map((run) => ({ ...run, round: `${at}.${run.round}` })));
  return { about: { ...abouts.at(-1), commit }, runs };
}

/** Writes performance.md, and beside it the folder performance with pictures and numbers; returns the files' names. */
export function writeReport({ about, runs }, folder) {
  const beside = join(folder, "performance");
  mkdirSync(beside, { recursive: true });
  const workloads = summarize(runs, programs);
  const plots = plotsOf(workloads);
  const page = join(folder, "performance.md");
  const files = [
    ...plots.map(({ file, content }) => [join(beside, file), content]),
    [join(beside, "results.json"), `${JSON.stringify({ about, workloads }, null, 2)}\n`],
    [
      page,
      fillPage(
        existsSync(page) ? readFileSync(page, "utf8") : frame,
        report(
          { about, workloads },
          plots.map((plot) => ({ ...plot, file: `performance/${plot.file}` })),
        ),
      ),
    ],
  ];
  for (const [file, content] of files) writeFileSync(file, content);
  return files.map(([file]) => file);
}
