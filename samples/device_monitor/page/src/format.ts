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
export const plain = (value: number): string => value.toFixed(2);

/** "3 d 04:05:06" */
export function duration(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const clock = `${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days} d ${clock}` : clock;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
export const timeOfDay = (unixMs: number): string => clock.format(unixMs);
