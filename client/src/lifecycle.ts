export interface Page {
  /** The page goes, or stands still: a connection would keep it from being kept, or be dead when it comes back. */
  hide(): void;
  show(): void;
  /** Time may have stood still, and the network may be another one. */
  look(changed: boolean): void;
}

const types = ["pagehide", "freeze", "pageshow", "resume", "visibilitychange", "online"];

/** Follows what happens to the page (or worker). Returns what ends that. Never by `unload`, which keeps pages out of the
 *  back/forward cache. */
export function follow(page: Page): () => void {
  const hear = ({ type }: Event) => {
    if (/hide|free/.test(type)) page.hide();
    else if (/show|resu/.test(type)) page.show();
    else if (type === "online" || !document.hidden) page.look(type === "online");
  };
  const all = (name: "addEventListener" | "removeEventListener") =>
    types.forEach((type) => globalThis[name]?.(type, hear, { capture: true })); // some bubble, some do not
  all("addEventListener");
  return () => all("removeEventListener");
}
