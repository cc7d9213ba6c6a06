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
  at?: number;
  winner?: string;
  /** Connections in a row that the winner made. */
  wins: number;
  roundTripMs?: number;
  heartbeatMs?: number;
  /** By transport: until when others are tried before it, and how long that was. */
  rests: Record<string, { until: number; ms: number }>;
}

export class Memory {
  private readonly key_: string;
  private known_: Known = { wins: 0, rests: {} };
  private readonly lives_ = new Map<string, number>();

  /** Without a base: of this page alone. */
  constructor(base?: URL) {
    this.key_ = `pushwire ${base}`;
    try {
      const known = JSON.parse(localStorage.getItem(this.key_)!);
      if (Date.now() - known.at < LIFETIME_MS && known.wins >= 0 && known.rests) this.known_ = known;
    } catch {
      // nothing is known
    }
  }

  get roundTripMs(): number | undefined {
    return this.known_.roundTripMs;
  }

  set roundTripMs(ms: number | undefined) {
    this.known_.roundTripMs = ms;
  }

  get heartbeatMs(): number | undefined {
    return this.known_.heartbeatMs;
  }

  /** The smaller, the earlier it is to be tried: what rests comes last, and what has proved itself several times in a
   *  row first, since one win may be chance. */
  rank(name: string): number {
    const { winner, wins } = this.known_;
    return this.resting(name) ? 2 : name === winner && wins >= TRUSTED ? 0 : 1;
  }

  resting(name: string): boolean {
    return Date.now() < (this.known_.rests[name]?.until ?? 0);
  }

  won(name: string): void {
    this.known_.wins = this.known_.winner === name ? this.known_.wins + 1 : 1;
    this.known_.winner = name;
    this.keep_();
  }

  /** A connection died although the server was there. Was it quiet, then what stands between cuts idle connections, and
   *  more is to be said. Otherwise a short life costs its transport one; without any it rests, longer each time, and is
   *  then tried again: nothing is given up for good. */
  died(name: string, livedMs: number, quietMs: number): void {
    const heartbeatMs = this.heartbeatMs ?? HEARTBEAT_MS;
    const better = Math.max(SHORTEST_HEARTBEAT_MS, Math.floor(Math.min(0.6 * quietMs, heartbeatMs / 2)));
    if (quietMs >= 0.9 * SHORTEST_HEARTBEAT_MS && better < heartbeatMs && quietMs < 4 * heartbeatMs) {
      this.known_.heartbeatMs = better;
    } else if (livedMs < 2 * HEARTBEAT_MS) {
      const left = (this.lives_.get(name) ?? LIVES) - 1;
      this.lives_.set(name, left);
      if (left < 1) this.rest(name);
    } else {
      this.lives_.delete(name);
      delete this.known_.rests[name];
    }
  }

  rest(name: string): void {
    const ms = Math.min(LIFETIME_MS, 2 * (this.known_.rests[name]?.ms ?? FIRST_REST_MS / 2));
    this.known_.rests[name] = { until: Date.now() + ms, ms };
    this.lives_.set(name, 1); // when it comes back, one more early death is enough
    this.keep_();
  }

  /** The network is another one. */
  doubt(): void {
    this.known_ = { wins: 0, rests: {} };
    this.lives_.clear();
  }

  private keep_(): void {
    try {
      localStorage.setItem(this.key_, JSON.stringify({ ...this.known_, at: Date.now() }));
    } catch {
      // kept as long as the page
    }
  }
}
