import { connect } from "./pushwire/client.js";
import { showConnection } from "./connection.js";
import { Lines } from "./lines.js";
import { startMessages } from "./messages.js";
import { startTheme } from "./theme.js";

const element = (id) => document.getElementById(id);
const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
const sequence = (id) => Number(id.slice(id.lastIndexOf("-") + 1));

startTheme(element("theme"));
const received = { count: 0, gaps: 0, resets: 0, last: {} };
const lines = new Lines(element("lines"), show);
const settings = await (await fetch("./pipe.json")).json();
element("event").textContent = document.title = settings.event;

const FIRST_LINE = 2; // the log's first event tells that the input began
let begun = false;

// A newcomer wants what is kept.
const device = connect(new URL("./pushwire/", location.href), {
  after: "earliest",
  at: true,
  events: [settings.event, "pipe.input"],
});
device.on(`event:${settings.event}`, (data, event) => {
  const before = sequence(event.id) - FIRST_LINE;
  if (!begun && before > 0) lines.note(`${count(before, "earlier line")} not kept`);
  begun = true;
  received.count += 1;
  lines.add(settings.json ? JSON.stringify(data) : data, event.at);
});
device.on("event:pipe.input", ({ ended, skipped }) => {
  const words = [];
  if (skipped > 0) words.push(`${count(skipped, "line")} skipped`);
  if (ended) words.push("the input has ended");
  element("input").textContent = words.join(" · ");
});
device.onAny((event) => (received.last[event.event] = event.id));
device.on("gap", ({ types, from, to }) => {
  received.gaps += 1;
  if (!types.includes(settings.event)) return;
  begun = true;
  lines.note(`${count(sequence(to) - sequence(from), "line")} not kept`);
});
device.on("reset", () => {
  received.resets += 1;
  begun = false;
  element("input").textContent = "";
  lines.note("started again");
});
showConnection(device, element("state"));
if (settings.messages.length > 0) startMessages(device, settings);

const follow = element("follow");
const filter = element("filter");
follow.addEventListener("click", () => lines.follow(!lines.following));
filter.addEventListener("input", () => lines.filter(filter.value));
for (const [id, name] of [["times", "times"], ["wrap", "wrap"]]) {
  element(id).addEventListener("click", () => {
    const on = element("lines").classList.toggle(name);
    element(id).setAttribute("aria-pressed", String(on));
    if (lines.following) lines.follow(true);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !document.activeElement.matches("input")) {
    event.preventDefault();
    filter.select();
  } else if (event.key === "Escape" && document.activeElement === filter) {
    filter.value = "";
    lines.filter("");
    element("lines").focus();
  }
});

function show() {
  const { matches, unseen, following } = lines;
  element("count").textContent = count(received.count, "line") + (matches === undefined ? "" : ` · ${count(matches, "match").replace("matchs", "matches")}`);
  follow.setAttribute("aria-pressed", String(following));
  follow.textContent = following ? "Following" : unseen > 0 ? `↓ ${unseen.toLocaleString("en")} new` : "Paused";
}
show();

/** For tests and the curious. */
window.pipe = { device, received };
