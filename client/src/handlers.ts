export type Handler = (...values: any[]) => unknown;

/** Who hears what. A handler is held once per name, however often it is registered. */
export class Handlers {
  private readonly byName_ = new Map<string, Map<Handler, boolean>>();

  add(name: string, handler: Handler, once = false): () => void {
    let held = this.byName_.get(name);
    if (!held) this.byName_.set(name, (held = new Map()));
    held.set(handler, once);
    return () => this.remove(name, handler);
  }

  /** Without a handler: all of that name. */
  remove(name: string, handler?: Handler): void {
    if (handler) this.byName_.get(name)?.delete(handler);
    else this.byName_.get(name)?.clear();
  }

  clear(): void {
    for (const held of this.byName_.values()) held.clear();
  }

  /** Calls in the order of registration. What one throws is reported and stops no other; one that is removed meanwhile
   *  is not called. */
  call(name: string, ...values: unknown[]): void {
    const held = this.byName_.get(name);
    for (const [handler, once] of held ? [...held] : []) {
      if (!held!.has(handler)) continue;
      if (once) held!.delete(handler);
      try {
        handler(...values);
      } catch (error) {
        if (typeof reportError === "function") reportError(error);
        else console.error(error);
      }
    }
  }
}
