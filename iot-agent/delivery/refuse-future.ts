import type { Clock } from '../../runtime/clock.ts';
import type { Mapped } from '../registry/device.ts';
import type { Interpret } from './interpret.ts';

const MICROS_PER_SECOND = 1_000_000;
const UNITS = [
  [86_400, 'days'],
  [3600, 'hours'],
  [60, 'minutes'],
  [1, 'seconds'],
] as const;

/**
 * What is mapped, unless its time lies more than `maxAhead` after `now`: then it is invalid, because the Entity would keep it until that
 * time has come. All in microseconds.
 */
export function refuseFuture(mapped: Mapped, now: number, maxAhead: number): Mapped {
  if (mapped.kind !== 'entities') return mapped;
  const newest = Math.max(...mapped.entities.map(({ observedAt }) => observedAt));
  if (newest - now <= maxAhead) return mapped;
  const rule = `is ${inWords(newest - now)} in the future: check the device's clock and time zone`;
  return { kind: 'invalid', attribute: 'TimeInstant', rule };
}

/** Interprets, and refuses what comes from the future; `maxAhead` in microseconds. */
export function withoutFuture(interpret: Interpret, clock: Clock, maxAhead: number): Interpret {
  return async (device, incoming) => {
    const interpretation = await interpret(device, incoming);
    const { mapped } = interpretation;
    if (mapped.kind === 'undecodable') return interpretation;
    return { ...interpretation, mapped: refuseFuture(mapped, clock.now(), maxAhead) };
  };
}

function inWords(micros: number): string {
  const seconds = micros / MICROS_PER_SECOND;
  const [size, unit] = UNITS.find(([length]) => seconds >= 2 * length) ?? UNITS[3];
  return `${Math.round(seconds / size)} ${unit}`;
}
