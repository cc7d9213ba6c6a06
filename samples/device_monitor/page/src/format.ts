const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "512 B", "1.5 MiB": at most three digits and a point, so that it keeps its width. */
export function bytes(value: number): string {
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    ++unit;
  }
  const digits = unit === 0 || Math.abs(value) >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export const rate = (value: number): string => `${bytes(value)}/s`;
export const percent = (value: number): string => `${value.toFixed(value >= 99.95 ? 0 : 1)} %`;
export const celsius = (value: number): string => `${value.toFixed(1)} °C`;
export const count = (value: number, what: string): string => `${value.toLocaleString("en")} ${what}${value === 1 ? "" : "s"}`;
export const plain = (value: number): string => value.toFixed(2);

/** "3 d 04:05:06" */
export function duration(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const clock = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days} d ${clock}` : clock;
}

/** "250 ms", "2 s", "1 min" */
export function interval(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
export const timeOfDay = (unixMs: number): string => clock.format(unixMs);

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
export const dateAndTime = (unixMs: number): string => date.format(unixMs);

const unanswered: Record<string, string> = {
  timeout: "No answer has come in time.",
  "outcome-unknown": "The connection was lost before an answer came.",
  unreachable: "The monitor cannot be reached.",
  offline: "There is no network.",
};

/** Why a request failed: the monitor's own words, or what stood in the way. */
export function sentence(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (code && unanswered[code]) || message || code || String(error);
}
