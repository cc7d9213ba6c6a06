// Makes the page that the program embeds: ../assets. Committed, so that building the program needs no Node.
import { build } from "esbuild";
import { copyFile, mkdir, readFile } from "node:fs/promises";

const assets = new URL("../assets/", import.meta.url);
const license = await readFile(new URL("node_modules/uplot/LICENSE", import.meta.url), "utf8");
const notice = `/*! Contains uPlot.\n\n${license.trim()}\n*/`;

await mkdir(assets, { recursive: true });
await build({
  entryPoints: ["src/app.ts", "src/app.css"],
  outdir: assets.pathname,
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  banner: { js: notice, css: notice },
  external: ["./pushwire/client.js"], // comes from the server that serves the page
  logLevel: "info",
});
for (const file of ["index.html", "icon.svg"]) await copyFile(new URL(`src/${file}`, import.meta.url), new URL(file, assets));
