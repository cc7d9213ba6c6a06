// Writes dist/: the ES module, the classic script and the types; fails where a script has grown beyond its budget.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const BUDGET = 8 * 1024; // gzipped
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const scripts = {
  "client.js": { entryPoints: [join(here, "src/index.ts")], format: "esm" },
  "client.global.js": { entryPoints: [join(here, "src/global.ts")], format: "iife", globalName: "pushwire" },
};

let failed = false;
for (const [name, options] of Object.entries(scripts)) {
  const outfile = join(dist, name);
  await build({
    ...options,
    outfile,
    bundle: true,
    minify: true,
    mangleProps: /[a-z]_$/, // private members; nothing on the wire is called like that
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
  });
  const script = readFileSync(outfile);
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`${name}: ${script.length} bytes, ${size} gzipped`);
  if (size > BUDGET) {
    console.error(`${name} is beyond its budget of ${BUDGET} bytes gzipped`);
    failed = true;
  }
}
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", here], { stdio: "inherit" });

// Types of sources that are gone. The folder itself stays: others may be reading from it.
const sources = new Set(readdirSync(join(here, "src"), { recursive: true }));
for (const name of readdirSync(dist, { recursive: true })) {
  if (name.endsWith(".d.ts") && !sources.has(name.replace(/\.d\.ts$/, ".ts"))) rmSync(join(dist, name));
}
process.exit(failed ? 1 : 0);
