// What a terminal would show of one line: text in runs of one style each. Colors and the like (SGR, ECMA-48 section
// 8.3.117) become styles; every other escape sequence and control character is left out.

/** @typedef {{fg?: number | string, bg?: number | string, bold?: true, dim?: true, italic?: true, underline?: true,
 *   inverse?: true, hidden?: true, strike?: true}} Style  a color: 0 to 15 of the theme, or CSS text */
/** @typedef {{text: string, style: Style}} Run */

const SEQUENCE = new RegExp(
  [
    "\\x1b\\[([0-?]*)([ -/]*)([@-~])", // CSI … final
    "\\x1b[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?", // OSC and other strings
    "\\x1b[ -/]*[0-~]", // other escapes
    "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]", // control characters but TAB
  ].join("|"),
  "g",
);

/** The runs of `line`, and the style that the next line begins with.
 *  @param {string} line @param {Style} style @returns {{runs: Run[], style: Style}} */
export function parseAnsi(line, style = {}) {
  const text = afterReturns(line);
  /** @type {Run[]} */
  const runs = [];
  let from = 0;
  const take = (to) => {
    if (to === from) return;
    const last = runs.at(-1);
    const piece = text.slice(from, to);
    if (last?.style === style) last.text += piece;
    else runs.push({ text: piece, style });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[3] === "m" && !match[2] && /^[\d;:]*$/.test(match[1])) style = styled(style, match[1]);
  }
  take(text.length);
  return { runs, style };
}

// A carriage return goes back to the start of the line, which is how progress bars are drawn: what was written last
// is what stands there.
function afterReturns(line) {
  const written = line.replace(/\r+$/, "");
  return written.slice(written.lastIndexOf("\r") + 1);
}

const on = { 1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 8: "hidden", 9: "strike" };
const off = { 22: ["bold", "dim"], 23: ["italic"], 24: ["underline"], 27: ["inverse"], 28: ["hidden"], 29: ["strike"] };

function styled(before, parameters) {
  let style = { ...before };
  const codes = parameters.split(";");
  for (let i = 0; i < codes.length; ++i) {
    const [first, ...rest] = codes[i].split(":");
    const code = Number(first);
    if (code === 0) style = {};
    else if (code === 4 && rest[0] === "0") delete style.underline;
    else if (on[code]) style[on[code]] = true;
    else if (off[code]) for (const name of off[code]) delete style[name];
    else if (code >= 30 && code <= 37) style.fg = code - 30;
    else if (code >= 90 && code <= 97) style.fg = code - 90 + 8;
    else if (code === 39) delete style.fg;
    else if (code >= 40 && code <= 47) style.bg = code - 40;
    else if (code >= 100 && code <= 107) style.bg = code - 100 + 8;
    else if (code === 49) delete style.bg;
    else if (code === 38 || code === 48) {
      let color;
      if (rest.length) {
        color = rest[0] === "5" ? indexed(rest[1]) : rest[0] === "2" ? direct(rest.slice(-3)) : undefined;
      } else if (codes[i + 1] === "5") {
        color = indexed(codes[i + 2]);
        i += 2;
      } else if (codes[i + 1] === "2") {
        color = direct(codes.slice(i + 2, i + 5));
        i += 4;
      }
      if (color !== undefined) style[code === 38 ? "fg" : "bg"] = color;
    }
  }
  return style;
}

const byte = (text) => (/^\d{1,3}$/.test(text ?? "") && Number(text) <= 255 ? Number(text) : undefined);

function direct(parts) {
  const values = parts.map((part) => byte(part || "0"));
  return values.length === 3 && values.every((value) => value !== undefined) ? `rgb(${values.join(", ")})` : undefined;
}

// xterm's 256 colors: 16 of the theme, a cube of 6 by 6 by 6, 24 grays.
function indexed(text) {
  const index = byte(text);
  if (index === undefined || index < 16) return index;
  if (index >= 232) return `rgb(${Array(3).fill(8 + (index - 232) * 10).join(", ")})`;
  const level = (value) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`;
}
