// Where things lie: the checkout, what was built, and what a run writes beside its results.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const build = join(root, "build/bench");
export const bin = join(build, "bin");
export const peers = join(root, "bench/peers");
export const logs = join(build, "logs");
/** In memory: the server reads it while it emits. */
export const counter = `/dev/shm/pushwire-bench-${process.pid}`;

/** A folder of a program's own. */
export function folderOf(program) {
  const folder = join(build, "run", program);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Fills in a peer's template; returns the file made of it. Words in capitals are the template's blanks. */
export function fill(template, folder, blanks) {
  const filled = Object.entries(blanks).reduce(
    (text, [blank, value]) => text.replaceAll(new RegExp(`\\b${blank}\\b`, "g"), () => value),
    readFileSync(join(peers, template), "utf8").replace(/^#.*\n/, ""),
  );
  const file = join(folder, template.split("/").at(-1));
  writeFileSync(file, filled);
  return file;
}
