// The list of lines: bounded, filtered, drawn once a frame. All text reaches the document as text nodes.
import { parseAnsi } from "./ansi.js";

const MOST_LINES = 5000;
const MOST_CHARACTERS = 20000; // of one line; the document would be slow with more

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export class Lines {
  #element;
  #changed;
  #pending = [];
  #style = {};
  #filter = "";
  #following = true;
  #drawing = false;
  #unseen = 0;

  /** `changed` is called when any of the figures below has changed. */
  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
    element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(element);
  }

  get following() {
    return this.#following;
  }

  /** Lines that came below what is in sight. */
  get unseen() {
    return this.#unseen;
  }

  get matches() {
    return this.#filter === "" ? undefined : this.#element.querySelectorAll(".line:not([hidden])").length;
  }

  /** `at`: Unix milliseconds, where known. */
  add(text, at) {
    this.#push({ text, at });
  }

  /** Something said about the lines, such as that some are missing. The color of a text does not reach over it. */
  note(text) {
    this.#push({ note: text });
  }

  follow(on) {
    this.#following = on;
    if (on) this.#toEnd();
    this.#changed();
  }

  filter(text) {
    this.#filter = text.toLowerCase();
    for (const line of this.#element.children) line.hidden = !this.#admits(line);
    if (this.#following) this.#toEnd();
    this.#changed();
  }

  #push(item) {
    this.#pending.push(item);
    // A hidden tab draws nothing: what would be dropped anyway is dropped here.
    if (this.#pending.length > 2 * MOST_LINES) this.#pending.splice(0, MOST_LINES);
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawing = false;
    const items = this.#pending.splice(0).slice(-MOST_LINES);
    const batch = document.createDocumentFragment();
    for (const item of items) batch.append(item.note === undefined ? this.#line(item) : this.#note(item.note));
    for (const line of batch.children) line.hidden = !this.#admits(line);
    this.#element.append(batch);
    const surplus = this.#element.children.length - MOST_LINES;
    for (let i = 0; i < surplus; ++i) this.#element.firstElementChild.remove();
    if (this.#following) this.#toEnd();
    else this.#unseen += items.length;
    this.#changed();
  }

  #admits(line) {
    return this.#filter === "" || line.className === "note" || line.textContent.toLowerCase().includes(this.#filter);
  }

  #line({ text, at }) {
    const line = document.createElement("div");
    line.className = "line";
    if (at !== undefined) line.dataset.at = time.format(at);
    const surplus = text.length - MOST_CHARACTERS;
    const { runs, style } = parseAnsi(surplus > 0 ? text.slice(0, MOST_CHARACTERS) : text, this.#style);
    this.#style = style;
    for (const run of runs) line.append(span(run));
    if (surplus > 0) line.append(span({ text: ` … ${surplus.toLocaleString("en")} more characters`, style: { dim: true } }));
    return line;
  }

  #note(text) {
    this.#style = {};
    const line = document.createElement("div");
    line.className = "note";
    line.textContent = `… ${text} …`;
    return line;
  }

  #toEnd() {
    this.#unseen = 0;
    this.#element.scrollTop = this.#element.scrollHeight;
  }

  // Scrolling up is how one stops to read; being back at the end is how one goes on.
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#element;
    const atEnd = scrollHeight - scrollTop - clientHeight < 8;
    if (atEnd) this.#unseen = 0;
    if (atEnd === this.#following && !atEnd) return;
    this.#following = atEnd;
    this.#changed();
  }
}

function span({ text, style }) {
  if (Object.keys(style).length === 0) return document.createTextNode(text);
  const element = document.createElement("span");
  element.textContent = text;
  for (const name of ["bold", "dim", "italic", "underline", "hidden", "strike"]) if (style[name]) element.classList.add(name);
  const { fg, bg } = colors(style);
  if (fg !== undefined) element.style.color = typeof fg === "number" ? `var(--ansi-${fg})` : fg;
  if (bg !== undefined) element.style.backgroundColor = typeof bg === "number" ? `var(--ansi-back-${bg})` : bg;
  return element;
}

// The theme chooses colors that can be read on the page. On a background of its own, text that has no color, or is
// black or white, is what can be read there.
function colors({ fg, bg, inverse }) {
  if (inverse && fg === undefined && bg === undefined) return { fg: "var(--page)", bg: "var(--text)" };
  if (inverse) [fg, bg] = [bg, fg ?? "var(--text)"];
  if (bg === undefined) return { fg };
  if (fg === 0) fg = "#111";
  else if (fg === 7 || fg === 15) fg = "#fff";
  else if (fg === undefined) fg = isLight(bg) ? "#111" : "#fff";
  return { fg, bg };
}

function isLight(color) {
  if (typeof color === "number") return color === 7 || color === 15;
  const [red, green, blue] = (color.match(/\d+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 140;
}
