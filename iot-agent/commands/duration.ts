const ISO_8601 = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECONDS = [604_800, 86_400, 3600, 60, 1] as const;
/** Ten years: nothing waits longer, and no time beyond it comes about. */
const MOST_SECONDS = 315_360_000;

/**
 * Microseconds of a time to live: a number of seconds, or an ISO 8601 duration of weeks, days, hours, minutes and seconds
 * such as `PT10M`. Undefined when it is none, or longer than ten years.
 */
export function parseDuration(value: unknown): number | undefined {
  const seconds = typeof value === 'number' ? value : secondsOf(value);
  if (seconds === undefined || !(seconds >= 0 && seconds <= MOST_SECONDS)) return undefined;
  return Math.round(seconds * 1e6);
}

function secondsOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value);
  const counts = ISO_8601.exec(value)?.slice(1);
  if (counts === undefined || counts.every((count) => count === undefined)) return undefined;
  return counts.reduce((sum, count, index) => sum + Number(count ?? 0) * (SECONDS[index] ?? 0), 0);
}
