// The npm package, as an application gets it: packed, installed, compiled against, run and bundled.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import typescript from "typescript";

const here = dirname(fileURLToPath(import.meta.url));
const client = join(here, "../..");
const folder = mkdtempSync(join(tmpdir(), "pushwire-package-"));
const consumer = join(folder, "consumer");
const installed = join(consumer, "node_modules/pushwire");
const run = promisify(execFile);

// A run by npm tells its children where it works; these work elsewhere.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const npm = (cwd, ...args) => run("npm", [...args, "--offline", "--no-audit", "--no-fund"], { cwd, env });
const node = (...args) => run(process.execPath, args, { cwd: consumer, env, timeout: 20_000 });
const write = (name, text) => writeFileSync(join(consumer, name), text);

/** Greets by server-sent events, and gives one event; has no other transport. */
const server = createServer((request, response) => {
  if (!request.url.startsWith("/pushwire/sse?")) return response.writeHead(404).end();
  const hello = { control: "hello", protocol: 1, resume: "new", cursor: "epoch001-0", heartbeat_ms: 15_000 };
  const event = { id: "epoch001-1", event: "temperature", data: 21.5 };
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const item of [{ ...hello, transports: ["sse"] }, event]) response.write(`data: ${JSON.stringify(item)}\n\n`);
});

const application = () => `
  import { connect } from "pushwire";
  const device = connect("http://127.0.0.1:${server.address().port}/pushwire");
  device.on("temperature", (celsius, { id }) => {
    console.log(celsius, id, device.status().transport);
    device.close();
  });`;
const said = "21.5 epoch001-1 sse\n";

const bundle = async (text, options) => {
  const stdin = { contents: text, resolveDir: consumer };
  const { outputFiles, warnings } = await build({ stdin, bundle: true, write: false, logLevel: "silent", ...options });
  return { text: outputFiles[0].text, warnings };
};

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  cpSync(join(here, "consumer"), consumer, { recursive: true });
  write("package.json", '{ "private": true, "type": "module" }');
  const { stdout } = await npm(client, "pack", "--json", "--pack-destination", folder);
  await npm(consumer, "install", join(folder, JSON.parse(stdout)[0].filename));
});

after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

test("the package holds the two scripts, their types, its description and its license, and needs no other", () => {
  const types = readdirSync(join(client, "src"), { recursive: true }).filter((name) => name.endsWith(".ts"));
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name).slice(installed.length + 1));
  assert.deepEqual(
    files.sort(),
    [
      ...["LICENSE", "README.md", "package.json", "dist/client.js", "dist/client.global.js"],
      ...types.map((name) => `dist/${name.replace(/ts$/, "d.ts")}`),
    ].sort(),
  );
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(installed, "package.json")),
  );
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
  assert.deepEqual(
    readdirSync(join(consumer, "node_modules")).filter((name) => !name.startsWith(".")),
    ["pushwire"],
  );
  assert.equal(readFileSync(join(installed, "LICENSE"), "utf8"), readFileSync(join(client, "../LICENSE"), "utf8"));
});

const browser = { lib: ["ES2020", "DOM"], types: [] };
const settings = {
  "a bundler's page": { ...browser, module: "ESNext", moduleResolution: "Bundler" },
  "a page's own modules": { ...browser, module: "NodeNext", moduleResolution: "NodeNext" },
  "a program of Node": {
    lib: ["ES2022"],
    typeRoots: [join(client, "node_modules/@types")],
    types: ["node"],
    module: "NodeNext",
    moduleResolution: "NodeNext",
  },
};
for (const [name, setting] of Object.entries(settings)) {
  test(`its types are those of ${name}, for the strictest compiler`, () => {
    const { options, errors } = typescript.convertCompilerOptionsFromJson({
      target: "ES2022",
      noEmit: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      noUncheckedSideEffectImports: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      ...setting,
    });
    const program = typescript.createProgram([join(consumer, "types.ts")], options);
    // What the platform declares is not ours to judge, and takes long.
    const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(consumer));
    const found = [
      ...[...errors, ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()],
      ...files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    assert.equal(typescript.formatDiagnostics(found, typescript.createCompilerHost(options)), "");
    const used = files.map(({ fileName }) => fileName);
    assert.ok(used.includes(join(installed, "dist/index.d.ts")));
    assert.ok(used.includes(join(installed, "dist/global.d.ts")));
  });
}

test("the module runs in Node as it is", async () => {
  write("application.js", application());
  assert.equal((await node("application.js")).stdout, said);
});

for (const format of ["esm", "iife"]) {
  test(`bundled as ${format}, it connects to the address that it is given`, async () => {
    const { text } = await bundle(application(), { format, minify: true });
    assert.ok(text.includes(`http://127.0.0.1:${server.address().port}/pushwire`));
    write(`${format}.js`, text);
    assert.equal((await node(`${format}.js`)).stdout, said);
  });
}

test("a bundle leaves out what it does not use of it, but not the classic script, which is there for what it does", async () => {
  const unused = await bundle('import { connect } from "pushwire"; console.log(1);', { minify: true });
  assert.deepEqual([unused.text, unused.warnings], ["(()=>{console.log(1);})();\n", []]);
  const classic = await bundle('import "pushwire/client.global.js";', { minify: true });
  assert.deepEqual(classic.warnings, []);
  assert.match(classic.text, /\.pushwire=\{/);
});
