import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { looksLikeGeometry, requireGeometry } from '../../../broker/domain/geojson.ts';
import { parseJson } from '../../../broker/domain/json-text.ts';
import { refusalOf } from './support.ts';

const ring = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 0],
];
const hole = [
  [1, 0.5],
  [2, 0.5],
  [2, 1],
  [1, 0.5],
];
const bowTie = [
  [0, 0],
  [4, 4],
  [4, 0],
  [0, 4],
  [0, 0],
];

describe('geometries (clause 4.7, RFC 7946)', () => {
  it.each<Json>([
    { type: 'Point', coordinates: [4.35, 50.85] },
    { type: 'Point', coordinates: [4.35, 50.85, 12] },
    { type: 'Point', coordinates: [-190, -90] },
    {
      type: 'MultiPoint',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    },
    { type: 'MultiPoint', coordinates: [] },
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    },
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    },
    { type: 'Polygon', coordinates: [ring] },
    { type: 'Polygon', coordinates: [ring, hole] },
    { type: 'Polygon', coordinates: [bowTie] },
    { type: 'MultiPolygon', coordinates: [[ring, hole], [bowTie]] },
    { type: 'Point', coordinates: [1, 2], bbox: [1, 2, 1, 2] },
  ])('%j', (geometry) => {
    expect(requireGeometry(geometry, 'a')).toBe(geometry);
    expect(requireGeometry(JSON.stringify(geometry), 'a')).toEqual(geometry);
    expect(looksLikeGeometry(geometry)).toBe(true);
  });

  it('have coordinates that are doubles, however many digits were written', () => {
    const geometry = parseJson('{"type":"LineString","coordinates":[[4.12345678901234567890,1],[2,3]]}');
    expect(requireGeometry(geometry, 'a')).toEqual({
      type: 'LineString',
      coordinates: [
        [Number('4.12345678901234567890'), 1],
        [2, 3],
      ],
    });
  });

  it.each<readonly [Json, RegExp]>([
    [null, /a is not a GeoJSON geometry/],
    [[1, 2], /a is not a GeoJSON geometry/],
    ['POINT(1 2)', /a is a string that holds no GeoJSON/],
    ['"x"', /a is a string that holds no GeoJSON|not a GeoJSON/],
    [{}, /no geometry type/],
    [
      { type: 'point', coordinates: [1, 2] },
      /no geometry type that is supported: use one of Point, MultiPoint/,
    ],
    [{ type: 'GeometryCollection', geometries: [] }, /no geometry type/],
    [{ type: 'toString', coordinates: [] }, /no geometry type/],
    [{ type: 'Point' }, /a has no coordinates: a Point needs them/],
    [{ type: 'Point', coordinates: [] }, /is not a position/],
    [{ type: 'Point', coordinates: [1] }, /is not a position/],
    [{ type: 'Point', coordinates: [1, 2, 3, 4, 5] }, /is not a position/],
    [{ type: 'Point', coordinates: '1,2' }, /is not a position/],
    [{ type: 'Point', coordinates: ['1', '2'] }, /something else than finite numbers/],
    [{ type: 'Point', coordinates: [null, 2] }, /something else than finite numbers/],
    [
      { type: 'Point', coordinates: [1, 91] },
      /\[1,91\], which is not on the globe: write \[longitude, latitude\]/,
    ],
    [{ type: 'Point', coordinates: [541, 0] }, /not on the globe/],
    [
      {
        type: 'LineString',
        coordinates: [
          [1e300, 0],
          [0, 0],
        ],
      },
      /not on the globe/,
    ],
    [{ type: 'LineString', coordinates: [[0, 0]] }, /not an array of 2 or more/],
    [{ type: 'MultiPoint', coordinates: {} }, /not an array of parts/],
    [{ type: 'Polygon', coordinates: [] }, /not an array of 1 or more/],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      /a ring in the coordinates of a is not an array of 4/,
    ],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [4, 0],
            [4, 4],
            [0, 4],
          ],
        ],
      },
      /a ring in the coordinates of a is not closed/,
    ],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0, 1],
            [4, 0, 1],
            [4, 4, 1],
            [0, 0, 2],
          ],
        ],
      },
      /is not closed/,
    ],
    [{ type: 'MultiPolygon', coordinates: [[ring], []] }, /not an array of 1 or more/],
  ])('%j is none', (geometry, detail) => {
    const refusal = refusalOf(() => requireGeometry(geometry, 'a'));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });

  it('refuses a number beyond every double', () => {
    const geometry = parseJson('{"type":"Point","coordinates":[1e400,2]}');
    expect(refusalOf(() => requireGeometry(geometry, 'a')).message).toMatch(/finite numbers/);
  });
});
