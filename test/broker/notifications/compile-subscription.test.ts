import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { START } from './fake-time.ts';
import { attribute, compiled, iri, lamp, members, SUBSCRIPTION } from './fixtures.ts';

const MANY = 10_000;
const comb: Json = Array.from({ length: MANY }, (_, at) => [
  at === 0 ? -5 : at / MANY,
  at % 2 === 0 ? -40 : 40,
]);
const beside: Json = Array.from({ length: MANY }, (_, at) => [-2 + at / MANY, at / MANY]);
const geoQ = { georel: 'intersects', geometry: 'MultiPoint', coordinates: beside };
const lampAlong = (coordinates: Json) => ({
  ...lamp('urn:ngsi-ld:Lamp:1'),
  attributes: {
    [iri('location')]: [attribute({ type: 'LineString', coordinates }, { kind: 'GeoProperty' })],
  },
});

describe('the geoquery of a Subscription', () => {
  it('counts as met where it takes too long to be judged, and the write goes on', () => {
    const { matches } = compiled(SUBSCRIPTION, members({ geoQ }));
    expect(matches(lampAlong(comb), START)).toBe(true);
    expect(
      matches(
        lampAlong([
          [5, 5],
          [5, 6],
        ]),
        START,
      ),
    ).toBe(false);
  });
});
