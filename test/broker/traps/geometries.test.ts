import { beforeAll, describe, expect, it } from '@jest/globals';
import { brokerUnderTest } from '../http/broker-under-test.ts';
import { problemOf } from './answers.ts';
import { idOf, rooms } from './rooms.ts';

const broker = brokerUnderTest();
const { given, found } = rooms(broker);

describe('trap 30: distances are metres on [longitude, latitude]; a ring that does not close is refused by name, one that crosses itself is usable (clauses 4.7, 4.10)', () => {
  const bow = [
    [
      [0, 0],
      [4, 4],
      [4, 0],
      [0, 4],
      [0, 0],
    ],
  ];
  beforeAll(() =>
    given('t30', {
      ghent: { location: { type: 'Point', coordinates: [3.7174, 51.0543] } },
      nearby: { location: { type: 'Point', coordinates: [3.7174, 51.0633] } },
      swapped: { location: { type: 'Point', coordinates: [51.0543, 3.7174] } },
      bow: { location: { type: 'Polygon', coordinates: bow } },
      left: { location: { type: 'Point', coordinates: [0.5, 2] } },
      top: { location: { type: 'Point', coordinates: [2, 3.5] } },
    }),
  );
  const geo = (georel: string, geometry: string, coordinates: unknown) =>
    found(
      't30',
      `type=Room&georel=${georel}&geometry=${geometry}&coordinates=${encodeURIComponent(JSON.stringify(coordinates))}`,
    );

  it('near takes metres, from longitude and latitude', async () => {
    const near = (georel: string) => geo(`near;${georel}`, 'Point', [3.7174, 51.0543]);
    expect(await near('maxDistance==500')).toBe('ghent');
    expect(await near('maxDistance==990')).toBe('ghent');
    expect(await near('maxDistance==1010')).toBe('ghent nearby');
    expect(await near('minDistance==1010')).toBe('swapped bow left top');
    for (const wrong of ['maxDistance==0', 'maxDistance==-5', 'maxDistance=5', 'maxDistance==far', ''])
      expect(await near(wrong)).toBe(400);
  });

  it.each([
    [
      'that does not close',
      [
        [
          [0, 0],
          [4, 0],
          [4, 4],
          [0, 4],
        ],
      ],
    ],
    [
      'of three positions',
      [
        [
          [0, 0],
          [4, 0],
          [0, 0],
        ],
      ],
    ],
    ['that is empty', [[]]],
    [
      'as a hole that does not close',
      [
        [
          [0, 0],
          [9, 0],
          [9, 9],
          [0, 0],
        ],
        [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
        ],
      ],
    ],
  ])('a ring %s is refused, stored and asked', async (_what, coordinates) => {
    const entity = { id: idOf('new'), type: 'Room', location: { type: 'Polygon', coordinates } };
    const answer = await broker.api.post('/entities').send(entity);
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
    expect(answer.body.detail).toMatch(/ring/);
    expect(await geo('within', 'Polygon', coordinates)).toBe(400);
  });

  it.each([
    { type: 'Point', coordinates: [4] },
    { type: 'Point', coordinates: ['4', '51'] },
    { type: 'LineString', coordinates: [[4, 51]] },
    {
      type: 'Polygon',
      coordinates: [
        [4, 51],
        [5, 51],
      ],
    },
    { type: 'GeometryCollection', geometries: [] },
    { type: 'Sphere', coordinates: [4, 51] },
  ])('a geometry that is none is refused: %j', async (location) => {
    const answer = await broker.api.post('/entities').send({ id: idOf('new'), type: 'Room', location });
    expect(problemOf(answer)).toEqual([400, 'BadRequestData']);
  });

  it('a ring that crosses itself is judged even-odd, wherever it stands', async () => {
    // The bow has its two triangles on the left and on the right: above and below its middle is outside.
    expect(await geo('within', 'Polygon', bow)).toBe('bow left');
    expect(await geo('contains', 'Point', [3.5, 2])).toBe('bow');
    expect(await geo('contains', 'Point', [2, 3.5])).toBe('top');
    for (const georel of ['intersects', 'disjoint', 'overlaps', 'equals', 'contains', 'near;maxDistance==1'])
      expect(typeof (await geo(georel, 'Polygon', bow))).toBe('string');
    expect(await geo('equals', 'Polygon', bow)).toBe('bow');
    expect(await geo('disjoint', 'Polygon', bow)).toBe('ghent nearby swapped top');
  });
});
