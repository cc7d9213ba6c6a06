// The points of one chart, in order of time. Columns may come and go (a core, a sensor): a point without a value is null.

export type Values = Record<string, number | null>;

export class Timeline {
  readonly times: number[] = []; // Unix seconds
  private readonly columns = new Map<string, (number | null)[]>();
  private lastLive = -Infinity;
  /** Points further apart are not joined: there was nothing to see in between. */
  breakSeconds = 10;

  constructor(private readonly keepSeconds: number) {}

  get names(): string[] {
    return [...this.columns.keys()];
  }

  column(name: string): (number | null)[] {
    return this.columns.get(name) ?? [];
  }

  /** Something that was just measured. Older than what is there: left out. */
  add(atMs: number, values: Values): void {
    this.lastLive = Math.max(this.lastLive, atMs / 1000);
    this.append(atMs / 1000, values);
  }

  /** A point of the record that the server keeps: of use only where nothing finer was received. */
  addKept(atMs: number, values: Values): void {
    if (atMs / 1000 - this.lastLive > 3) this.append(atMs / 1000, values);
  }

  private append(at: number, values: Values): void {
    const newest = this.times.at(-1);
    if (newest !== undefined && at <= newest) return;
    for (const name of Object.keys(values)) {
      if (!this.columns.has(name)) this.columns.set(name, this.times.map(() => null));
    }
    if (newest !== undefined && at - newest > this.breakSeconds) this.push((newest + at) / 2, {});
    this.push(at, values);
    this.trim(at - this.keepSeconds);
  }

  private push(at: number, values: Values): void {
    this.times.push(at);
    for (const [name, column] of this.columns) column.push(values[name] ?? null);
  }

  private trim(oldest: number): void {
    let gone = 0;
    while (this.times[gone]! < oldest) ++gone;
    if (gone < 64) return; // moving the rest for each single point would cost more than it saves
    this.times.splice(0, gone);
    for (const column of this.columns.values()) column.splice(0, gone);
  }
}
