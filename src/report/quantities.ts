/** Quantities as people read them. */

const units = ["B", "K", "M", "G", "T"] as const;

/** `12.3M`, in the units of bpm.yml: powers of 1024. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${Number(value.toFixed(1))}${units[unit]}`;
}

/** `0.4s`, `42s`, `3m12s`, `2h5m`, `4d3h`: the two largest units, and no more than is known. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10}s`;
  const [minutes, hours, days] = [seconds / 60, seconds / 3600, seconds / 86_400].map(Math.floor);
  if (!minutes) return `${Math.floor(seconds)}s`;
  if (!hours) return `${minutes}m${Math.floor(seconds) % 60}s`;
  if (!days) return `${hours}h${minutes % 60}m`;
  return `${days}d${hours % 24}h`;
}

/** `2026-11-22T02:25:40Z` */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
