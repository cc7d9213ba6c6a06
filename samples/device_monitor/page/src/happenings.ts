// The log of happenings, newest first.
import type { Happening } from "./events.js";
import { timeOfDay } from "./format.js";

const MOST_LINES = 300;

export class HappeningsLog {
  private readonly list = document.querySelector<HTMLOListElement>("#log ol")!;

  add(happening: Happening, at: number): void {
    this.insert(happening.kind, happening.text, at);
  }

  note(text: string): void {
    this.insert("note", text, Date.now());
  }

  private insert(kind: string, text: string, at: number): void {
    const line = document.createElement("li");
    const time = document.createElement("time");
    const words = document.createElement("span");
    line.dataset.kind = kind;
    time.dateTime = new Date(at).toISOString();
    time.textContent = timeOfDay(at);
    words.textContent = text;
    line.append(time, words);
    this.list.prepend(line);
    while (this.list.children.length > MOST_LINES) this.list.lastElementChild!.remove();
  }
}
