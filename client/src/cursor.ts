// A cursor is a place in the event log: `<epoch>-<sequence>`, also an event's id. Sequences go up to 2^64-1, beyond
// what a number holds exactly, and have no leading zeros: they are compared as text.

/** Throws where `text` is not a cursor: a bad one, once kept, would be refused at every reconnection. */
export function checkCursor(text: unknown): string {
  if (typeof text === "string" && /^[^-\s]+-(0|[1-9]\d{0,19})$/.test(text)) return text;
  throw new Error("not a cursor: " + text);
}

/** Whether a reader at `cursor` has already passed `id`: same epoch, and no smaller sequence. */
export function hasPassed(cursor = "", id = ""): boolean {
  const end = cursor.indexOf("-") + 1;
  if (!end || cursor.slice(0, end) !== id.slice(0, end)) return false;
  return cursor.length === id.length ? cursor >= id : cursor.length > id.length;
}
