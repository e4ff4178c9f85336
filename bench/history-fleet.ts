import { seededRandom } from './entities.ts';

/** Stations that measure one Attribute every five minutes, all at the same moments. */
export interface Fleet {
  readonly entities: number;
  /** Instances of each Entity. */
  readonly moments: number;
}

const random = seededRandom(12_345);
const start = Date.UTC(2025, 0, 1);
const interval = 5 * 60_000;
const day = 24 * 60 * 60_000;

/** Instances of a day of one Entity. */
export const momentsOfADay = day / interval;

/** The id of the station of that number. */
export function stationId(number: number): string {
  return `urn:ngsi-ld:AirQualityObserved:history:${number}`;
}

/** Any station of the fleet. */
export function anyStation({ entities }: Fleet): string {
  return stationId(Math.floor(random() * entities));
}

/** What is measured at the moment of that number. */
export function measurement(moment: number): object {
  return {
    type: 'Property',
    value: Math.round(random() * 1000) / 10,
    unitCode: 'GQ',
    observedAt: timeOf(moment),
  };
}

/** `timerel=between` of so many days of the fleet's time, of any that lie in it. */
export function anyDays({ moments }: Fleet, days: number): string {
  const latest = Math.max(0, moments - days * momentsOfADay);
  const first = Math.floor(random() * (latest + 1));
  return momentsFrom(first, days * momentsOfADay);
}

/** `timerel=between` of so many moments. */
export function momentsFrom(first: number, count: number): string {
  return `timerel=between&timeAt=${timeOf(first)}&endTimeAt=${timeOf(first + count)}`;
}

function timeOf(moment: number): string {
  return new Date(start + moment * interval).toISOString();
}
