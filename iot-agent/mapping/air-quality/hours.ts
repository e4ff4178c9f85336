import type { Concentrations } from './indexes.ts';

/** Microseconds. */
export const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const QUARTERS = 4;
/** A week: so many hours may wait for a broker that is away. */
const MOST_FULL = 7 * 24;

/** Values by minute of the hour, by pollutant: of several in a minute the one that came last. */
interface Samples {
  readonly [pollutant: string]: { readonly [minute: string]: number };
}

/** What was measured in an hour that is over. */
export interface FullHour {
  /** Hours since 1970. */
  readonly hour: number;
  /** Microseconds since 1970: the measurement after it, with which its index is written. */
  readonly carrier: number;
  /** Every minute with a value counts the same. */
  readonly means: Concentrations;
  /** The share of the hour's quarters in which each pollutant was measured: 0.25 to 1. */
  readonly coverage: { readonly [pollutant: string]: number };
}

/** The hour that an Entity is in, and the full ones whose index is not delivered yet. Plain JSON, to be kept. */
export interface EntityHours {
  readonly hour: number;
  readonly samples: Samples;
  readonly full: readonly FullHour[];
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
  if (hours === undefined) return { hour, samples: withSample({}, observedAt, concentrations), full: [] };
  if (hour < hours.hour) return hours;
  if (hour === hours.hour)
    return { ...hours, samples: withSample(hours.samples, observedAt, concentrations) };
  const full = [...hours.full, toFullHour(hours, observedAt)].slice(-MOST_FULL);
  return { hour, samples: withSample({}, observedAt, concentrations), full };
}

function withSample(samples: Samples, observedAt: number, concentrations: Concentrations): Samples {
  const minute = Math.floor((observedAt % HOUR) / MINUTE);
  const added = Object.entries(concentrations).map(
    ([pollutant, value]) => [pollutant, { ...samples[pollutant], [minute]: value }] as const,
  );
  return { ...samples, ...Object.fromEntries(added) };
}

function toFullHour({ hour, samples }: EntityHours, carrier: number): FullHour {
  const of = (summary: (byMinute: Samples[string]) => number) =>
    Object.fromEntries(
      Object.entries(samples).map(([pollutant, byMinute]) => [pollutant, summary(byMinute)]),
    );
  return { hour, carrier, means: of(meanOf), coverage: of(coverageOf) };
}

function meanOf(byMinute: Samples[string]): number {
  const values = Object.values(byMinute);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function coverageOf(byMinute: Samples[string]): number {
  const quarters = Object.keys(byMinute).map((minute) => Math.floor(Number(minute) / (60 / QUARTERS)));
  return new Set(quarters).size / QUARTERS;
}

/** The full hour whose index is to be written with the measurement of that time. */
export function carriedBy({ full }: EntityHours, observedAt: number): FullHour | undefined {
  return full.find(({ carrier }) => carrier === observedAt);
}

/** The hours after measurements up to that time were delivered. */
export function afterDelivery(hours: EntityHours, until: number): EntityHours {
  return { ...hours, full: hours.full.filter(({ carrier }) => carrier > until) };
}
