// Bundles every *.test.ts and hands it to Node's test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../node_modules/.cache/pushwire-test");
const only = process.argv.slice(2);
const tests = readdirSync(here).filter(
  (name) => name.endsWith(".test.ts") && (!only.length || only.some((part) => name.includes(part))),
);

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: tests.map((name) => join(here, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  sourcemap: "inline",
});
const files = tests.map((name) => join(out, name.replace(/ts$/, "mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
