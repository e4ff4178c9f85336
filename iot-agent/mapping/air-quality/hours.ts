import type { Concentrations } from './indexes.ts';

/** Microseconds. */
export const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const QUARTERS = 4;

/** Values by minute of the hour, by pollutant: of several in a minute the one that came last. Plain JSON, to be kept. */
interface Samples {
  readonly [pollutant: string]: { readonly [minute: string]: number };
}

/** A full hour of an Entity: what was measured in it. */
export interface FullHour {
  /** Hours since 1970. */
  readonly hour: number;
  readonly samples: Samples;
  /** Microseconds since 1970: the measurement after it, with which its index is written. */
  readonly carrier: number;
}

/** The hour that an Entity is in, and the last full one in which it measured. */
export interface EntityHours {
  readonly hour: number;
  readonly samples: Samples;
  readonly full?: FullHour;
}

/**
 * Adds a measurement to the hours of an Entity. To add it again changes nothing; one of an hour that is full already comes too
 * late for its index.
 * @param observedAt microseconds since 1970.
 */
export function addMeasurement(
  hours: EntityHours | undefined,
  observedAt: number,
  concentrations: Concentrations,
): EntityHours {
  const hour = Math.floor(observedAt / HOUR);
  if (hours === undefined) return { hour, samples: withSample({}, observedAt, concentrations) };
  if (hour < hours.hour) return hours;
  if (hour === hours.hour)
    return { ...hours, samples: withSample(hours.samples, observedAt, concentrations) };
  const full = { hour: hours.hour, samples: hours.samples, carrier: observedAt };
  return { hour, samples: withSample({}, observedAt, concentrations), full };
}

function withSample(samples: Samples, observedAt: number, concentrations: Concentrations): Samples {
  const minute = Math.floor((observedAt % HOUR) / MINUTE);
  const added = Object.entries(concentrations).map(
    ([pollutant, value]) => [pollutant, { ...samples[pollutant], [minute]: value }] as const,
  );
  return { ...samples, ...Object.fromEntries(added) };
}

/** The mean of each pollutant over an hour: every minute with a value counts the same. */
export function meansOf({ samples }: FullHour): Concentrations {
  const means = Object.entries(samples).map(([pollutant, byMinute]) => {
    const values = Object.values(byMinute);
    return [pollutant, values.reduce((sum, value) => sum + value, 0) / values.length] as const;
  });
  return Object.fromEntries(means);
}

/** The share of the hour's quarters in which a pollutant was measured: 0.25 to 1, 0 when it was not. */
export function coverageOf({ samples }: FullHour, pollutant: string): number {
  const minutes = Object.keys(samples[pollutant] ?? {}).map(Number);
  return new Set(minutes.map((minute) => Math.floor(minute / (60 / QUARTERS)))).size / QUARTERS;
}
