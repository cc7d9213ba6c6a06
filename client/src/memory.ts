// What one visit to a server learns for the next: which transport worked and which died too soon, how long a round trip
// takes, and what silence connections survive. Kept for each server, for half an hour after the last connection; storage
// that is missing or refused is no error.

const LIFETIME_MS = 1_800_000;
const TRUSTED = 3; // wins in a row
const LIVES = 2;
const FIRST_REST_MS = 30_000;
const HEARTBEAT_MS = 15_000; // what servers begin with
const SHORTEST_HEARTBEAT_MS = 1000;

interface Known {
  /** Connections in a row that the winner made. */
  wins: number;
  winner?: string;
  roundTripMs?: number;
  heartbeatMs?: number;
  /** By transport: until when others are tried before it, and how long that was. */
  rests: Record<string, { until: number; ms: number }>;
}

export interface Memory {
  tripMs(): number | undefined;
  measured(roundTripMs: number): void;
  /** At least so often must something pass; undefined: not known. */
  beatMs(): number | undefined;
  /** The smaller, the earlier it is to be tried: what rests comes last, and what has proved itself several times in a row
   *  first, since one win may be chance. */
  rank(name: string): number;
  resting(name: string): boolean;
  won(name: string): void;
  /** A connection died. Was it quiet, then what stands between may cut idle connections, and more is to be said. Otherwise
   *  a short life costs its transport one. Both only if the server turns out to have been there. */
  died(name: string, livedMs: number, quietMs: number): void;
  /** Of the last death: that the server was there, or was not. */
  judge(there: boolean): void;
  /** Others are to be tried before it; longer each time, and never for good. */
  rest(name: string): void;
  /** The network is another one. */
  doubt(): void;
}

/** Without a base: of this page alone. */
export function makeMemory(base?: URL): Memory {
  const key = `pushwire ${base}`;
  const lives: Record<string, number> = {};
  let known: Known = { wins: 0, rests: {} };
  let heartbeatMs: number | undefined; // that would have saved the last connection
  let victim: string | undefined; // the transport that may lose a life
  try {
    const { at, ...kept } = JSON.parse(localStorage[key]);
    if (Date.now() - at < LIFETIME_MS) known = { ...known, ...kept, rests: { ...kept.rests } };
  } catch {
    // nothing is known
  }

  const keep = () => {
    try {
      if (base) localStorage[key] = JSON.stringify({ ...known, at: Date.now() });
    } catch {
      // kept as long as the page
    }
  };

  const memory: Memory = {
    tripMs: () => known.roundTripMs,
    measured: (ms) => void (known.roundTripMs = ms),
    beatMs: () => heartbeatMs ?? (known.heartbeatMs! >= SHORTEST_HEARTBEAT_MS ? known.heartbeatMs : undefined),
    rank: (name) => (memory.resting(name) ? 2 : name === known.winner && known.wins >= TRUSTED ? 0 : 1),
    resting: (name) =>
      Date.now() < (known.rests[name]?.until ?? 0) || (name === victim && (lives[name] ?? LIVES) < 2),
    won(name) {
      known.wins = known.winner === name ? known.wins + 1 : 1;
      known.winner = name;
      keep();
    },
    died(name, livedMs, quietMs) {
      const { heartbeatMs: before = HEARTBEAT_MS } = known;
      const better = Math.max(SHORTEST_HEARTBEAT_MS, Math.min(0.6 * quietMs, before / 2) | 0);
      memory.judge(false);
      if (better < before && quietMs > 0.9 * SHORTEST_HEARTBEAT_MS && quietMs < 4 * before) heartbeatMs = better;
      else if (livedMs < 2 * HEARTBEAT_MS) victim = name;
      else {
        delete lives[name];
        delete known.rests[name];
      }
    },
    judge(there) {
      if (there) {
        known.heartbeatMs = memory.beatMs();
        if (victim) lives[victim] = (lives[victim] ?? LIVES) - 1;
        if (victim && !lives[victim]) memory.rest(victim);
      }
      heartbeatMs = victim = undefined;
    },
    rest(name) {
      const ms = Math.min(LIFETIME_MS, 2 * (known.rests[name]?.ms ?? FIRST_REST_MS / 2));
      known.rests[name] = { until: Date.now() + ms, ms };
      lives[name] = 1; // when it comes back, one more early death is enough
      keep();
    },
    doubt: () => void (known = { wins: 0, rests: {} }),
  };
  return memory;
}
