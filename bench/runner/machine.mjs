// Where and with what it is measured.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { peers, root } from "./place.mjs";

function said(program, ...args) {
  try {
    return execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

const packages = {
  nginx: "nginx",
  nchan: "libnginx-mod-nchan",
  libwebsockets: "libwebsockets-dev",
  "Boost.Beast": "libboost-dev",
  websocketpp: "libwebsocketpp-dev",
  "cpp-httplib": "libcpp-httplib-dev",
};
const modules = { Bun: "bun", ws: "ws", "Socket.IO": "socket.io" };

const debian = (name) => said("dpkg-query", "-W", "-f", "${Version}", name);
function npm(name) {
  try {
    return JSON.parse(readFileSync(join(peers, "node_modules", name, "package.json"), "utf8")).version;
  } catch {
    return "";
  }
}

const pushwire = () =>
  /PUSHWIRE_VERSION "([^"]+)"/.exec(readFileSync(join(root, "include/pushwire/version.hpp"), "utf8"))?.[1] ?? "";

function versions() {
  const found = {
    Pushwire: pushwire(),
    ...Object.fromEntries(Object.entries(modules).map(([name, module]) => [name, npm(module)])),
    ...Object.fromEntries(Object.entries(packages).map(([name, one]) => [name, debian(one)])),
    Node: process.version.slice(1),
    GCC: said("c++", "-dumpfullversion"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, version]) => version));
}

// What the benchmark itself writes is no change to what is measured.
function commit() {
  const changed = said("git", "status", "--porcelain", "--", ".", ":!docs");
  return `${said("git", "rev-parse", "--short", "HEAD")}${changed ? ", changed" : ""}`;
}

export const about = () => ({
  date: new Date().toISOString().slice(0, 10),
  commit: commit(),
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
  },
  versions: versions(),
});
