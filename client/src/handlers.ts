export type Handler = (...values: any[]) => unknown;

/** Host events are heard by this before their type's name, and all of them by this alone. */
export const HOST = "event:";

const whole = /^(connected|switched|gap|reset|disconnected|event:.*)$/s;

/** Who hears what: `connected` and the like, or `event:<type>`, which may be written as the type's name alone. A handler
 *  is held once per name, however often it is registered. */
export interface Handlers {
  add(name: string, handler: Handler, once?: boolean): () => void;
  /** Without a handler: all of that name. */
  remove(name: string, handler?: Handler): void;
  clear(): void;
  /** Calls in the order of registration. What one throws is reported and stops no other; one that is removed meanwhile
   *  is not called. */
  call(name: string, ...values: unknown[]): void;
}

export function makeHandlers(): Handlers {
  const byName = new Map<string, Map<Handler, boolean | undefined>>();
  const held = (of: string) => {
    const name = whole.test(of) ? of : HOST + of;
    return byName.get(name) ?? byName.set(name, new Map()).get(name)!;
  };
  return {
    add(name, handler, once) {
      held(name).set(handler, once);
      return () => held(name).delete(handler);
    },
    remove: (name, handler) => void (handler ? held(name).delete(handler) : held(name).clear()),
    clear: () => byName.forEach((handlers) => handlers.clear()),
    call(name, ...values) {
      const handlers = held(name);
      for (const [handler, once] of [...handlers]) {
        if (!handlers.has(handler)) continue;
        if (once) handlers.delete(handler);
        try {
          handler(...values);
        } catch (error) {
          (globalThis.reportError ?? console.error)(error);
        }
      }
    },
  };
}
