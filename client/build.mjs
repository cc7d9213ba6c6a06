// Writes dist/: the ES module, the classic script and the types; fails where a script has grown beyond its budget.
// `--names`: looks for better names first, which takes minutes.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { search, shorten } from "./names.mjs";

const BUDGET = 8 * 1024; // gzipped
const SEARCH_SECONDS = 600;
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const scripts = {
  "client.js": { entryPoints: [join(here, "src/index.ts")], format: "esm" },
  "client.global.js": { entryPoints: [join(here, "src/global.ts")], format: "iife" },
};

// Members that never leave the script: not the interface of a device, not the wire, not what tabs say to each other or
// storage keeps, and none of the platform's. Shortened.
const internal = `
  admits advance advice afterMs alone base beatMs begin begun call deliver depose died doubt down drop ended expired
  follow forget giveUp handled hear heard hide judge lead leave livedMs look lose measured meet moved name next open opened
  ours over pass path pauseMs quietMs rank rejoin remove renew report reset rest resting say settle start stop take told tooLong
  tripMs waitMs widen won`;
const members = new Set(internal.trim().split(/\s+/));

/** A script without what it can do without, but for its names. */
async function bundle(options) {
  const bundled = await build({ ...options, bundle: true, write: false, target: "es2020", charset: "utf8" });
  // Where everything is `let`, there is less to tell for gzip.
  const text = bundled.outputFiles[0].text.replace(/\b(const|var) /g, "let ");
  const { code } = await minify(text, {
    module: true,
    ecma: 2020,
    compress: {
      passes: 6,
      hoist_funs: true,
      unsafe: true, // `String(x)` becomes `"" + x`, and the like
      unsafe_arrows: true,
      reduce_funcs: false, // a function's name costs less than what it pulls into another's scope
      pure_getters: true,
      keep_fargs: false,
      lhs_constants: false,
    },
    mangle: false,
  });
  return code;
}

const names = join(here, "names.json");
let table = JSON.parse(readFileSync(names, "utf8"));
if (process.argv.includes("--names")) {
  table = search(await bundle(scripts["client.global.js"]), members, table, SEARCH_SECONDS, console.log);
  writeFileSync(names, `${JSON.stringify(table, null, 2)}\n`);
}

let failed = false;
for (const [name, options] of Object.entries(scripts)) {
  const code = shorten(await bundle(options), members, table);
  writeFileSync(join(dist, name), `${code}\n`);
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`${name}: ${code.length} bytes, ${size} gzipped`);
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
