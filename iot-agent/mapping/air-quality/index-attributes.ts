import { formatDateTime } from '../../date-time.ts';
import type { Json } from '../../measurement.ts';
import type { AirQualityIndexName, OutgoingEntity } from '../../registry/device.ts';
import { type FullHour, HOUR } from './hours.ts';
import { airQualityOf, type Concentrations, POLLUTANTS } from './indexes.ts';

/** What the index of an hour is asked with. */
export interface IndexRequest {
  readonly name: AirQualityIndexName;
  readonly isTrafficStation: boolean;
}

/** What an Entity says of the pollutants that indexes count, in µg/m³. */
export function concentrationsIn(entity: OutgoingEntity): Concentrations {
  const found = POLLUTANTS.flatMap((pollutant) => {
    const value = numberIn(entity[pollutant]);
    return value === undefined ? [] : [[pollutant, value] as const];
  });
  return Object.fromEntries(found);
}

function numberIn(attribute: Json | undefined): number | undefined {
  if (typeof attribute !== 'object' || attribute === null || Array.isArray(attribute)) return undefined;
  const { value } = attribute as { readonly [member: string]: Json };
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * The Attributes airQualityIndex and airQualityLevel of a full hour, observed at its end. They say which index it is, the pollutant
 * that decides and how much of the hour it was measured in; `incomplete`, and what is missing, where the index wants more pollutants.
 * @returns undefined when nothing was measured that the index counts.
 */
export function indexAttributes(
  { name, isTrafficStation }: IndexRequest,
  full: FullHour,
): { readonly [attribute: string]: Json } | undefined {
  const quality = airQualityOf(name, full.means, isTrafficStation);
  if (quality === undefined) return undefined;
  const { index, level, pollutant, missing } = quality;
  const about = {
    observedAt: formatDateTime((full.hour + 1) * HOUR),
    index: property(name),
    pollutant: property(pollutant),
    coverage: property(full.coverage[pollutant] ?? 0),
    ...(missing.length === 0 ? {} : { incomplete: property(true), missing: property(missing) }),
  };
  return {
    airQualityIndex: { ...property(index), ...about },
    airQualityLevel: { ...property(level), ...about },
  };
}

const property = (value: Json) => ({ type: 'Property', value });
