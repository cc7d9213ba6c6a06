// The page that the report stands in: what people wrote around it stays.

const BEGIN = "<!-- Written by bench/run from here on. -->";
const END = "<!-- Written by bench/run up to here. -->";

/** What a page begins as that does not exist yet. */
export const frame = `# Performance\n\n## Measured\n\n${BEGIN}\n${END}\n`;

/** The page with `text` between its markers. */
export function fillPage(page, text) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error("the page has lost its markers");
  return `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`;
}
