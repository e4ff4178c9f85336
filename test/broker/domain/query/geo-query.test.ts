import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../../broker/domain/entity.ts';
import { type GeoQueryParameters, parseGeoQuery } from '../../../../broker/domain/query/geo-query.ts';
import { attribute, entity, iri, judge, location, property, refusalOf, vocabulary } from './support.ts';

const near = { georel: 'near;maxDistance==1000', geometry: 'Point', coordinates: '[4.35,50.85]' };
const here = entity({ location: location('Point', [4.351, 50.85]) });

describe('a geoquery (clause 4.10)', () => {
  it('is read from texts, and from the members of a GeoQuery (clause 5.2.13)', () => {
    const query = {
      relation: { kind: 'near', maxDistance: 1000 },
      geometry: { type: 'Point', coordinates: [4.35, 50.85] },
      path: [iri('location')],
    };
    expect(parseGeoQuery(near, vocabulary)).toEqual(query);
    expect(parseGeoQuery({ ...near, coordinates: [4.35, 50.85] }, vocabulary)).toEqual(query);
    expect(parseGeoQuery({ ...near, geoproperty: 'a.b' }, vocabulary)).toMatchObject({
      path: [iri('a'), iri('b')],
    });
    expect(parseGeoQuery({ ...near, geoproperty: 'https://example.org/a' }, vocabulary)).toMatchObject({
      path: ['https://example.org/a'],
    });
    expect(parseGeoQuery({ geoproperty: 'a' }, vocabulary)).toBeUndefined();
  });

  it.each<
    readonly [
      what: string,
      parameters: GeoQueryParameters,
      subject: ReturnType<typeof entity>,
      expected: boolean,
    ]
  >([
    ['near', near, here, true],
    ['near, but not near enough', { ...near, georel: 'near;maxDistance==10' }, here, false],
    ['far', { ...near, georel: 'near;minDistance==10' }, here, true],
    ['far, but not far enough', { ...near, georel: 'near;minDistance==1000.5' }, here, false],
    [
      'within',
      { georel: 'within', geometry: 'Polygon', coordinates: '[[[4,50],[5,50],[5,51],[4,51],[4,50]]]' },
      here,
      true,
    ],
    ['disjoint', { georel: 'disjoint', geometry: 'Point', coordinates: '[0,0]' }, here, true],
    [
      'disjoint, without a location',
      { georel: 'disjoint', geometry: 'Point', coordinates: '[0,0]' },
      entity(),
      false,
    ],
    ['equals', { georel: 'equals', geometry: 'Point', coordinates: '[4.351,50.85]' }, here, true],
    [
      'contains',
      { georel: 'contains', geometry: 'Point', coordinates: '[1,1]' },
      entity({
        location: location('Polygon', [
          [
            [0, 0],
            [4, 0],
            [4, 4],
            [0, 0],
          ],
        ]),
      }),
      false,
    ],
    [
      'another GeoProperty',
      { ...near, geoproperty: 'a' },
      entity({ a: location('Point', [4.35, 50.85]) }),
      true,
    ],
    [
      'a sub-Attribute',
      { ...near, geoproperty: 'a.b' },
      entity({ a: property(1, { sub: { b: location('Point', [4.35, 50.85]) } }) }),
      true,
    ],
    [
      'a Property is no GeoProperty',
      { ...near, geoproperty: 'a' },
      entity({ a: property({ type: 'Point', coordinates: [4.35, 50.85] }) }),
      false,
    ],
    [
      'any of several instances',
      near,
      entity({
        location: [
          location('Point', [0, 0]),
          attribute('GeoProperty', { type: 'Point', coordinates: [4.35, 50.85] }, { datasetId: 'urn:d:1' }),
        ],
      }),
      true,
    ],
  ])('%s', (_what, parameters, subject, expected) => {
    const texts = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, value as string]),
    );
    expect(judge(texts, subject)).toBe(expected);
  });

  it.each<readonly [GeoQueryParameters, RegExp]>([
    [{ georel: 'within' }, /geometry is missing: a geoquery needs georel, geometry and coordinates together/],
    [{ geometry: 'Point', coordinates: '[1,2]' }, /georel is missing/],
    [{ georel: 'within', geometry: 'Point' }, /coordinates is missing/],
    [{ ...near, georel: 'beside' }, /georel "beside" is none of within/],
    [{ ...near, georel: 'near' }, /georel "near" is none/],
    [{ ...near, georel: 'near;maxDistance==0' }, /above 0/],
    [{ ...near, georel: 'near;maxDistance==-5' }, /is none/],
    [{ ...near, georel: 'near;maxDistance=5' }, /is none/],
    [{ ...near, georel: 'near;maxDistance==1e999' }, /is none/],
    [{ ...near, georel: 'within;maxDistance==5' }, /is none/],
    [{ ...near, georel: 5 }, /is none/],
    [{ ...near, geometry: 'GeometryCollection' }, /no geometry type/],
    [{ ...near, geometry: 'Polygon' }, /is not an array/],
    [{ ...near, coordinates: '4.35,50.85' }, /coordinates is not a JSON array/],
    [{ ...near, coordinates: '[50.85]' }, /is not a position/],
    [{ ...near, coordinates: '[4.35,95]' }, /not on the globe/],
    [{ ...near, geoproperty: 'a..b' }, /has an empty name/],
    [{ ...near, geoproperty: 5 }, /geoproperty is not a string/],
  ])('refuses %j', (parameters, detail) => {
    const refusal = refusalOf(() => parseGeoQuery(parameters, vocabulary));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });

  it('refuses more positions than it wants to look at', () => {
    const coordinates: Json = Array.from({ length: 10_001 }, (_, at) => [at / 100, 0]);
    const refusal = refusalOf(() =>
      parseGeoQuery({ georel: 'intersects', geometry: 'LineString', coordinates }, vocabulary),
    );
    expect(refusal.type).toBe('TooComplexQuery');
  });
});
