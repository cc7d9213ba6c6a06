// Bundles every *.test.ts, and hands it to Node's test runner with the tests of the package.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../node_modules/.cache/pushwire-test");
const only = process.argv.slice(2);
const chosen = (name) => !only.length || only.some((part) => name.includes(part));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts") && chosen(name));
const plain = ["package/package.test.mjs"].filter(chosen);

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
const files = [...tests.map((name) => join(out, name.replace(/ts$/, "mjs"))), ...plain.map((name) => join(here, name))];
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
