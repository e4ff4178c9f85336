/** How many entities the store holds before anything is measured. */
export const seededEntities = 5000;

/** The centre that the geoquery asks about, within the box in which the entities lie. */
export const centre = [13.4, 52.52] as const;

type Random = () => number;

/** Numbers from 0 to 1, the same ones in every run (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The id of the entity of that number. */
export function entityId(number: number): string {
  return `urn:ngsi-ld:AirQualityObserved:bench:${String(number).padStart(6, '0')}`;
}

/** An entity of eight Attributes, about 1.2 KB: five measurements, a place, a Relationship and an address. */
export function airQualityObserved(number: number, random: Random): object {
  const measured = (value: number, unitCode: string): object => ({
    type: 'Property',
    value,
    unitCode,
    observedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 3e7) * 1000).toISOString(),
  });
  return {
    id: entityId(number),
    type: 'AirQualityObserved',
    NO2: measured(tenths(random() * 100), 'GQ'),
    PM10: measured(tenths(random() * 80), 'GQ'),
    PM25: measured(tenths(random() * 50), 'GQ'),
    temperature: measured(tenths(random() * 40 - 10), 'CEL'),
    relativeHumidity: measured(Math.round(random() * 100) / 100, 'P1'),
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: placeOf(random) } },
    refDevice: { type: 'Relationship', object: `urn:ngsi-ld:Device:bench:${number}` },
    address: {
      type: 'Property',
      value: {
        addressLocality: 'Berlin',
        postalCode: String(10115 + (number % 900)),
        streetAddress: `Street ${number}`,
      },
    },
  };
}

/** A fragment of two Attributes, observed later than the one before it, so that every PATCH is a change. */
export function twoMeasurements(random: Random, observedAt: string): object {
  const measured = (value: number, unitCode: string): object => ({
    type: 'Property',
    value,
    unitCode,
    observedAt,
  });
  return {
    NO2: measured(tenths(1 + random() * 99), 'GQ'),
    temperature: measured(tenths(random() * 40 - 10), 'CEL'),
  };
}

function placeOf(random: Random): [number, number] {
  return [Number((13.25 + random() * 0.3).toFixed(6)), Number((52.43 + random() * 0.18).toFixed(6))];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
