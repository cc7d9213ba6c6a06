// Text that makes an SVG: few elements, a palette that follows the reader's light or dark mode.

const light = {
  paper: "#ffffff",
  ink: "#1f2328",
  faint: "#59636e",
  rule: "#d1d9e0",
  ours: "#0969da",
  peer: "#8c959f",
  yardstick: "#bf8700",
};
const dark = {
  paper: "#0d1117",
  ink: "#f0f6fc",
  faint: "#9198a1",
  rule: "#3d444d",
  ours: "#4493f8",
  peer: "#6e7681",
  yardstick: "#d29922",
};

// No variables: not every viewer has them.
const colors = ({ paper, ink, faint, rule, ...kinds }) =>
  [
    `.paper { fill: ${paper}; } text { fill: ${ink}; } .faint { fill: ${faint}; }`,
    `.rule { stroke: ${rule}; } .range { stroke: ${ink}; }`,
    ...Object.entries(kinds).map(([kind, color]) => `.${kind} { fill: ${color}; stroke: ${color}; }`),
  ].join("\n");

const STYLE = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
.faint { font-size: 12px; }
.title { font-weight: 600; font-size: 15px; }
.strong { font-weight: 600; }
.range { stroke-width: 1.5; }
.dashed { stroke-dasharray: 4 3; }
${colors(light)}
@media (prefers-color-scheme: dark) {
${colors(dark)}
}
rect { stroke: none; }
`;

const escape = (text) => `${text}`.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
const shown = (value) => (typeof value === "number" ? `${Math.round(value * 10) / 10}` : escape(value));

export function element(name, attributes, content) {
  const listed = Object.entries(attributes).map(([key, value]) => ` ${key}="${shown(value)}"`);
  return content === undefined ? `<${name}${listed.join("")}/>` : `<${name}${listed.join("")}>${content}</${name}>`;
}

export const text = (x, y, content, attributes = {}) => element("text", { x, y, ...attributes }, escape(content));
export const line = (x1, y1, x2, y2, attributes) => element("line", { x1, y1, x2, y2, ...attributes });

/** A whole file. `description` is for those who do not see it. */
export function picture({ width, height, title, description }, elements) {
  const head = [
    element("title", {}, escape(title)),
    element("desc", {}, escape(description)),
    element("style", {}, STYLE),
    element("rect", { width, height, class: "paper" }),
  ];
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
  };
  return `${element("svg", attributes, `\n${[...head, ...elements].join("\n")}\n`)}\n`;
}

/** Round numbers from zero to `most`, about `count` of them. */
export function ticks(most, count = 5) {
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** The class that a program is drawn with. */
export const kindOf = ({ system, yardstick }) => (yardstick ? "yardstick" : system === "Pushwire" ? "ours" : "peer");
