import type { Micros } from './entity.ts';

/** A span of time as a duration of ISO 8601: days, hours, minutes and seconds, without what is zero. */
export function formatDuration(span: Micros): string {
  const seconds = Math.floor(span / 1_000_000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = (span - (seconds - (seconds % 60)) * 1_000_000) / 1_000_000;
  const date = days > 0 ? `${days}D` : '';
  const time = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    rest > 0 ? `${rest.toFixed(6).replace(/\.?0+$/, '')}S` : '',
  ].join('');
  if (date === '' && time === '') return 'PT0S';
  return time === '' ? `P${date}` : `P${date}T${time}`;
}
