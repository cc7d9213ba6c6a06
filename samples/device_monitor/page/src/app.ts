import { connect } from "./pushwire/client.js";
import { Connection } from "./connection.js";
import { Details } from "./details.js";
import type { MonitorEvents } from "./events.js";
import { duration, plain } from "./format.js";
import { HappeningsLog } from "./happenings.js";
import { Panels } from "./panels.js";
import { ProcessTable } from "./processes.js";
import { Steering } from "./steering.js";
import { startTheme } from "./theme.js";

const text = (id: string, value: string) => (document.getElementById(id)!.textContent = value);
const at = (event: { at?: number }) => event.at ?? Date.now();

const panels = new Panels();
startTheme(document.getElementById("theme") as HTMLButtonElement);
const log = new HappeningsLog();

// A newcomer wants the log and the charts' past that the server has kept, and every event's time.
const device = connect<MonitorEvents>(new URL("./pushwire/", location.href), { at: true, after: "earliest" });
const connection = new Connection(device);
const steering = new Steering(device);
const details = new Details(device);
const processes = new ProcessTable(({ pid, name }) => details.open(pid, name));

device.on("about", (about) => {
  text("host", about.host || "This device");
  text("kernel", about.kernel);
  document.title = `${about.host || "Device"} · live`;
});
device.on("monitor.settings", (settings) => {
  steering.show(settings);
  connection.expect(settings.paused ? Infinity : Math.max(5000, 3 * settings.interval_ms));
  panels.onInterval(settings.interval_ms);
});
device.on("monitor.you", (number) => steering.showYou(number));
device.on("viewers", (number) => steering.showViewers(number));
device.on("uptime", (seconds) => text("uptime", duration(seconds)));
device.on("load", (load, event) => {
  text("load-now", `${plain(load.one)}  ${plain(load.five)}  ${plain(load.fifteen)}`);
  panels.onLoad(load, at(event));
});
device.on("cpu", (cpu, event) => panels.onCpu(cpu, at(event)));
device.on("memory", (memory, event) => panels.onMemory(memory, at(event)));
device.on("network", (rates, event) => panels.onNetwork(rates, at(event)));
device.on("disk", (rates, event) => panels.onDisk(rates, at(event)));
device.on("temperature", (sensors, event) => panels.onTemperature(sensors, at(event)));
device.on("trend", (trend, event) => panels.onTrend(trend, at(event)));
device.on("processes", (list) => processes.show(list));
device.on("log", (happening, event) => log.add(happening, at(event)));
device.on("gap", ({ types }) => {
  if (types.includes("log")) log.note("… older happenings were not kept …");
});
device.on("reset", () => log.note("the monitor was started again"));

declare global {
  interface Window {
    /** For tests and the curious. */
    monitor: unknown;
  }
}
window.monitor = { device, received: connection.received };
