import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import {
  type FeatureOptions,
  toFeature,
  toFeatureCollection,
} from '../../../../broker/domain/representation/feature.ts';
import { parseProjection } from '../../../../broker/domain/representation/projection.ts';
import { core, ID, iri, NOW, stored } from '../support.ts';

const point = { type: 'Point', coordinates: [4.35, 50.85] };
const other = { type: 'Point', coordinates: [3.72, 51.05] };

function feature(members: JsonObject, options: Partial<FeatureOptions> = {}): JsonObject | undefined {
  return toFeature(stored(members), core, { now: NOW, form: 'concise', ...options });
}

describe('an Entity as a GeoJSON Feature (clauses 4.5.16, 4.5.17)', () => {
  it('has the location as its geometry, and all but the id as its properties', () => {
    expect(feature({ location: point, a: 1 })).toEqual({
      id: ID,
      type: 'Feature',
      geometry: point,
      properties: { type: 'Room', location: point, a: 1 },
    });
  });

  it.each<readonly [what: string, members: JsonObject, options: Partial<FeatureOptions>, geometry: Json]>([
    ['no location', { a: 1 }, {}, null],
    ['another GeoProperty', { location: point, b: other }, { geometryProperty: iri('b') }, other],
    ['a name that is no GeoProperty', { a: 1 }, { geometryProperty: iri('a') }, null],
    [
      'the default instance',
      { location: [{ value: other, datasetId: 'urn:d:1' }, { value: point }] },
      {},
      point,
    ],
    [
      'the dataset that is asked for',
      { location: [{ value: point }, { value: other, datasetId: 'urn:d:1' }] },
      { datasetIds: new Set(['urn:d:1']) },
      other,
    ],
    ['the only instance', { location: { value: other, datasetId: 'urn:d:1' } }, {}, other],
    [
      'several instances and no default one',
      {
        location: [
          { value: other, datasetId: 'urn:d:1' },
          { value: point, datasetId: 'urn:d:2' },
        ],
      },
      {},
      null,
    ],
    [
      'a dataset that is not there',
      { location: { value: other, datasetId: 'urn:d:1' } },
      { datasetIds: new Set(['urn:d:2']) },
      null,
    ],
    ['an expired location', { location: { value: point, expiresAt: '2026-01-01T00:00:00.5Z' } }, {}, null],
  ])('%s', (_what, members, options, geometry) => {
    expect(feature(members, options)?.['geometry']).toEqual(geometry);
  });

  it('keeps its geometry whatever the projection leaves, and is nothing when that leaves nothing', () => {
    const projection = parseProjection({ pick: 'a' }, core);
    expect(feature({ location: point, a: 1 }, { projection })).toEqual({
      type: 'Feature',
      geometry: point,
      properties: { a: 1 },
    });
    expect(feature({ location: point }, { projection })).toBeUndefined();
  });

  it('stands in a FeatureCollection', () => {
    expect(toFeatureCollection([])).toEqual({ type: 'FeatureCollection', features: [] });
  });
});
