// Numbers for people.

/** Three digits that mean something, and no exponent: 0.0123, 1.23, 12.3, 1,234. */
export function digits(value) {
  if (!Number.isFinite(value)) return "";
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))));
}

/** The median, and in brackets the range where it says more. */
export function range(spread, format = digits) {
  if (!spread) return "";
  const [median, min, max] = [spread.median, spread.min, spread.max].map(format);
  return min === max ? median : `${median} (${min}–${max})`;
}

export const ratio = (spread) => range(spread, (value) => value.toFixed(2));

/** "3 min", "40 s". */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 100 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
