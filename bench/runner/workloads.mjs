// What is measured: data. A workload's cost is what programs are compared by; less is better.

const per = (value, count) => (count > 0 ? value / count : undefined);

const costs = {
  delivery: { title: "CPU-s per million deliveries", of: (run) => per(run.cpu_s * 1e6, run.messages) },
  memory: { title: "KiB per connection", of: (run) => per(run.rss_open_kb - run.rss0_kb, run.opened) },
  connect: { title: "CPU-µs per connect", of: (run) => per(run.connect_cpu_s * 1e6, run.opened) },
  request: { title: "CPU-µs per request", of: (run) => per(run.cpu_s * 1e6, run.requests) },
  switches: { title: "context switches per second", of: (run) => run.switches_per_s },
};

const streams = ["websocket", "sse"];
const fanOut = { cost: costs.delivery, transports: streams, yardstick: "limit", kind: "fan-out", figures: "fan-out" };
const hold = { transports: streams, yardstick: "limit", kind: "hold" };
const poll = { cost: costs.request, transports: ["poll"], yardstick: "static", kind: "poll", figures: "poll" };

/**
 * `kind`: what the load generator does: it takes part in a fan-out, just holds its connections for a time, or polls as
 * fast as it is answered. `environment` is the server's (bench/pacing/pace.hpp).
 */
export const workloads = [
  {
    ...fanOut,
    name: "W1",
    title: "Steady: 100 events a second to 1,000 clients",
    connections: 1000,
    environment: { FAN_PERIOD_US: 10_000 },
  },
  {
    ...fanOut,
    name: "W2",
    title: "Saturated: one event in each turn to 1,000 clients, at most 64 in flight",
    connections: 1000,
    environment: { FAN_PERIOD_US: 0 },
  },
  {
    ...fanOut,
    name: "W2b",
    title: "Saturated: 32 events in each turn to 1,000 clients",
    connections: 1000,
    environment: { FAN_PERIOD_US: 0, FAN_BATCH: 32 },
  },
  {
    ...fanOut,
    name: "W3",
    title: "Bursts: 100 events every 100 ms to 500 clients",
    connections: 500,
    environment: { FAN_PERIOD_US: 100_000, FAN_BATCH: 100 },
  },
  {
    ...hold,
    name: "W4",
    title: "Memory: 10,000 idle clients",
    cost: costs.memory,
    figures: "memory",
    connections: 10_000,
    holdSeconds: 1,
  },
  {
    ...hold,
    name: "W5",
    title: "Connect storm: 5,000 clients, 256 connects under way at once",
    cost: costs.connect,
    figures: "connect",
    connections: 5000,
    holdSeconds: 0.2,
  },
  { ...poll, name: "W6 none", title: "Poll by 64 connections: nothing new", connections: 64, waiting: 0 },
  { ...poll, name: "W6 ten", title: "Poll by 64 connections: ten events each time", connections: 64, waiting: 10 },
  {
    ...fanOut,
    name: "W7",
    title: "Long-poll: 20 events a second to 200 clients",
    transports: ["long-poll"],
    yardstick: "limit-longpoll",
    connections: 200,
    environment: { FAN_PERIOD_US: 50_000 },
  },
  {
    ...hold,
    name: "idle",
    title: "Idle: 1,000 clients and no event",
    cost: costs.switches,
    figures: "idle",
    connections: 1000,
    yardstick: undefined, // of nothing there is no multiple
    holdSeconds: (seconds) => 2 * seconds,
    environment: { FAN_IDLE: 1 },
  },
];

/** Seconds that the load generator is at it, after all are connected. */
export function spanOf({ holdSeconds }, seconds) {
  return typeof holdSeconds === "function" ? holdSeconds(seconds) : (holdSeconds ?? seconds);
}

/** Deliveries that a run has to have; undefined where there are as many as the server manages. */
export function deliveriesOf({ kind, connections, environment }, seconds) {
  const period = environment?.FAN_PERIOD_US;
  if (kind !== "fan-out" || !period) return undefined;
  return Math.floor((seconds * 1e6) / period) * (environment.FAN_BATCH ?? 1) * connections;
}
