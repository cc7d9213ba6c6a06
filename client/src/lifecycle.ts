export interface Page {
  /** The page goes, or stands still: a connection would keep it from being kept, or be dead when it comes back. */
  hide(): void;
  show(): void;
  /** Time may have stood still, and the network may be another one. */
  look(changed: boolean): void;
}

/** Follows what happens to the page (or worker). Returns what ends that. Never by `unload`, which keeps pages out of the
 *  back/forward cache. */
export function follow(page: Page): () => void {
  const heard: [EventTarget, string, () => void][] = [];
  const on = (target: unknown, type: string, act: () => void) => {
    const { addEventListener } = target as EventTarget;
    if (!addEventListener) return;
    addEventListener.call(target, type, act);
    heard.push([target as EventTarget, type, act]);
  };
  const root = typeof document === "undefined" ? {} : document;
  on(globalThis, "pagehide", () => page.hide());
  on(globalThis, "pageshow", () => page.show());
  on(root, "freeze", () => page.hide());
  on(root, "resume", () => page.show());
  on(root, "visibilitychange", () => (root as Document).hidden || page.look(false));
  on(globalThis, "online", () => page.look(true));
  return () => heard.forEach(([target, type, act]) => target.removeEventListener(type, act));
}
