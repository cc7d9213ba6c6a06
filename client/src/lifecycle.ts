export interface Page {
  /** The page goes (`away`), or stands still: a connection would keep it from being kept, or be dead when it comes back. */
  hide(away: boolean): void;
  /** Time may have stood still, and the network may be another one. */
  look(changed: boolean): void;
}

const types = ["pagehide", "freeze", "pageshow", "resume", "visibilitychange", "online"];

/** Follows what happens to the page (or worker). Returns what ends that. Never by `unload`, which keeps pages out of the
 *  back/forward cache. */
export function follow(page: Page): () => void {
  const hear = ({ type }: Event) => {
    const away = /hide|free/.test(type);
    if (away || /show|resu/.test(type)) page.hide(away);
    else if (type === "online" || !document.hidden) page.look(type === "online");
  };
  const all = (name: "addEventListener" | "removeEventListener") =>
    types.forEach((type) => globalThis[name]?.(type, hear, { capture: true })); // some bubble, some do not
  all("addEventListener");
  return () => all("removeEventListener");
}
