// What a seed stands for: which client, how much is kept, and step by step what is emitted and what goes wrong.
// Values alone; support/run.mjs carries them out.
import { transports } from "./http-sniff.mjs";
import { Random } from "./random.mjs";

const SHORT = 50;
const LONG = 1_000_000;

/** `{seed, transports, history, short, cleanStart, steps: [{faults, act?, bursts, ms, stays}]}`. In a step the faults
 *  come first, then the act, then the bursts (how many numbers each), spread over `ms`; at its end the act is undone,
 *  and the faults with it unless they stay for the next step too (`stays`). */
export function drawSchedule(seed) {
  const random = new Random(seed);
  const short = seed % 4 === 0;
  const eventful = random.chance(0.25); // the server itself stops, starts or dies
  const steps = Array.from({ length: random.integer(4, 9) }, () => drawStep(random, { short, eventful }));
  if (random.chance(short ? 0.6 : 0.2)) steps.splice(random.integer(0, steps.length), 0, ...drawClimb(random));
  return {
    seed,
    transports: drawTransports(random),
    history: short ? SHORT : LONG,
    short,
    // A newcomer to a short history has lost nothing, wherever it begins: so let it begin before there is any loss.
    cleanStart: short || random.chance(0.4),
    steps,
  };
}

function drawTransports(random) {
  if (random.chance(0.4)) return transports;
  const some = transports.filter(() => random.chance(0.5));
  return some.length ? some : [random.pick(transports)];
}

function drawStep(random, { short, eventful }) {
  const faults = Array.from({ length: random.pick([0, 1, 1, 2, 3]) }, () => drawFault(random));
  const step = { faults, bursts: drawBursts(random, short), ms: random.integer(10, 250), stays: random.chance(0.3) };
  const acts = ["cut", "cut", "cut", "close", "down"];
  if (eventful) acts.push("stop", "stop", "restart", "restart", "kill");
  if (random.chance(0.75)) step.act = random.pick(acts);
  if (step.act === "kill") {
    // The first words of the new life are worth a cut anywhere among them.
    step.faults.push({ kind: "cut-after", bytes: [150, 700], chance: 0.7 });
    step.stays = true;
  }
  return step;
}

/** The websocket is lost, and comes back by a way so long that a short history does not keep what is emitted meanwhile:
 *  a client that has gone on by another transport then hears of a loss that it has not suffered, or not all of it. */
function drawClimb(random) {
  const bursts = (count) => Array.from({ length: count }, () => random.integer(15, 25));
  const lost = { kind: "hang-up", on: "websocket", chance: 1 };
  const slow = { kind: "delay", on: "websocket", ms: random.integer(60, 130), chance: 1 };
  const late = { kind: "delay", on: ["sse", "long-poll", "poll"], ms: random.integer(150, 350), way: "down" };
  return [
    { faults: [lost], act: "cut", bursts: bursts(5), ms: 250, stays: false },
    { faults: random.chance(0.6) ? [slow, late] : [slow], bursts: bursts(20), ms: 800, stays: false },
  ];
}

function drawBursts(random, short) {
  const most = random.pick(short ? [5, 30, 120] : [5, 30, 30, 200, 2500]); // the last is more than a batch
  return Array.from({ length: random.integer(0, 4) }, () => random.integer(1, most));
}

const streams = ["websocket", "sse"];

// Each gives the options of a fault. Where a client is answered by silence, it must have a deadline of its own or the
// fault an end, since the silence that a long-poll puts up with is longer than a test's patience.
const drawn = {
  refuse: () => ({}),
  "hang-up": (random) => ({ on: drawWhere(random), how: drawHow(random), ...drawUpgrade(random) }),
  answer: (random) => {
    const status = random.pick([400, 403, 404, 429, 502, 503]);
    const fault = { on: drawWhere(random), status, ...drawUpgrade(random) };
    if (random.chance(0.2)) fault.retryAfterS = random.integer(0, 1);
    return fault;
  },
  swallow: (random) =>
    random.chance(0.3) ? { on: random.pick(streams) } : { on: drawWhere(random), ms: random.integer(50, 500) },
  "swallow-after-head": (random) => ({ on: random.pick(streams) }),
  "strip-upgrade": () => ({}),
  buffer: (random) => {
    const size = random.pick([{ until: "end" }, { bytes: random.integer(1, 5000) }, { ms: random.integer(1, 150) }]);
    return { on: drawWhere(random), ...size, head: random.pick(["pass", "hold"]), upgraded: random.chance(0.3) };
  },
  kill: (random) => ({
    on: drawWhere(random),
    afterMs: [0, random.integer(1, 150)],
    from: random.pick(["head", "body"]),
    how: drawHow(random),
  }),
  "cut-after": (random) => ({
    on: drawWhere(random),
    bytes: [1, random.pick([300, 1000, 5000])],
    how: drawHow(random),
  }),
  "cut-idle": (random) => ({ on: drawWhere(random), ms: random.integer(20, 100), how: drawHow(random) }),
  split: (random) => ({ on: drawWhere(random), bytes: random.chance(0.2) ? 1 : [1, 50] }),
  drip: (random) => ({ on: drawWhere(random), bytesPerSecond: random.integer(2000, 50_000) }),
  delay: (random) => ({ on: drawWhere(random), ms: [1, random.integer(2, 60)], ...drawWay(random) }),
  freeze: (random) => {
    const fault = { on: drawWhere(random), ...drawWay(random) };
    return random.chance(0.5) ? { ...fault, ms: random.integer(20, 300) } : fault;
  },
};

function drawFault(random) {
  const kind = random.pick(Object.keys(drawn));
  return { kind, chance: random.pick([0.3, 0.7, 1]), ...drawn[kind](random) };
}

const drawWhere = (random) => (random.chance(0.4) ? "any" : random.pick(transports));
const drawHow = (random) => random.pick(["close", "reset"]);
const drawUpgrade = (random) => (random.chance(0.2) ? { upgrade: true } : {});
const drawWay = (random) => (random.chance(0.3) ? { way: random.pick(["up", "down"]) } : {});
