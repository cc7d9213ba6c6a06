// What is measured: Pushwire, the yardsticks, and the peers. Each is started for every run anew.
//
// - `command(place, workload)`: program and arguments; `place` has the port, the folders `bin` and `peers`, and `fill`, which
//   makes a configuration out of a peer's template;
// - `path`, and `load`, further arguments of the load generator; or `target(base, workload)`, which finds both out from
//   the server that runs;
// - `worker`: not the process itself is looked at but the one that it starts;
// - `publisher`: what feeds it, where it emits nothing itself;
// - `most`: connections that it can take.
import { nchanPoll, pushwirePoll } from "./poll-targets.mjs";

const pushwire = {
  system: "Pushwire",
  command: ({ bin, port }, workload) => [
    `${bin}/pushwire-bench-server`,
    "--port",
    port,
    ...(workload.kind === "poll" ? ["--prefill", 10] : []),
  ],
};
const nchan = {
  system: "nchan",
  command: ({ fill }) => ["nginx", "-c", fill("nchan/nginx.conf")],
  worker: true,
  publisher: "nchan/publish.mjs",
};
const bun = {
  system: "Bun",
  command: ({ peers, port }) => [`${peers}/node_modules/.bin/bun`, `${peers}/bun/server.mjs`, port],
};
const httplib = {
  system: "cpp-httplib",
  command: ({ bin, port }) => [`${bin}/pushwire-bench-httplib`, port],
  most: 1000, // a thread each
};
const node = (system, name, file) => ({
  system,
  name,
  transport: "websocket",
  command: ({ peers, port }) => [process.execPath, `${peers}/${file}`, port],
});
const library = (system, name) => ({
  system,
  name,
  transport: "websocket",
  command: ({ bin, port }) => [`${bin}/pushwire-bench-${name}`, port],
});

const limit = (name, ...options) => ({
  name,
  system: "limit",
  transport: "websocket",
  command: ({ bin, port }) => [`${bin}/pushwire-bench-limit`, "--port", port, ...options],
});

export const programs = [
  { ...limit("limit"), yardstick: true },
  // What of Pushwire's cost is its envelope's bytes: id and type, {"id":"k3x9a2mq-1042","event":"bench","data":…}.
  { ...limit("limit-enveloped", "--envelope", "47"), kind: "fan-out" },
  { ...limit("limit-uring", "--uring"), kind: "fan-out" },
  {
    ...limit("limit-longpoll"),
    transport: "long-poll",
    path: "/long-poll",
    load: ["--cursor", "seq"], // it looks at no cursor
    yardstick: true,
  },
  { ...pushwire, name: "pushwire", transport: "websocket", path: "/pushwire/websocket?events=bench" },
  { ...pushwire, name: "pushwire-sse", transport: "sse", path: "/pushwire/sse?events=bench" },
  { ...pushwire, name: "pushwire-longpoll", transport: "long-poll", path: "/pushwire/long-poll?events=bench" },
  { ...pushwire, name: "pushwire-poll", transport: "poll", target: pushwirePoll },
  { ...bun, name: "bun", transport: "websocket" },
  { ...bun, name: "bun-poll", transport: "poll" },
  node("ws", "ws", "ws/server.mjs"),
  {
    ...node("Socket.IO", "socketio", "socketio/server.mjs"),
    path: "/socket.io/?EIO=4&transport=websocket",
    load: ["--first", "40"], // Socket.IO's connect, which a client has to send
  },
  { ...nchan, name: "nchan", transport: "websocket", path: "/subscribe" },
  { ...nchan, name: "nchan-sse", transport: "sse", path: "/subscribe" },
  { ...nchan, name: "nchan-longpoll", transport: "long-poll", path: "/long-poll", load: ["--cursor", "etag"] },
  { ...nchan, name: "nchan-poll", transport: "poll", target: nchanPoll },
  {
    ...library("libwebsockets", "libwebsockets"),
    load: ["--header", "Sec-WebSocket-Protocol: bench"],
  },
  library("Boost.Beast", "beast"),
  library("websocketpp", "websocketpp"),
  { ...httplib, name: "httplib-sse", transport: "sse", path: "/sse", load: ["--concurrency", "4"] },
  { ...httplib, name: "httplib-poll", transport: "poll", path: "/poll" },
  {
    name: "static",
    system: "nginx",
    transport: "poll",
    path: "/static",
    command: ({ fill }) => ["nginx", "-c", fill("nginx/nginx.conf")],
    worker: true,
    yardstick: true,
  },
];

export const takesPart = (program, workload) =>
  workload.transports.includes(program.transport) &&
  (program.kind ?? workload.kind) === workload.kind &&
  workload.connections <= (program.most ?? Infinity);
