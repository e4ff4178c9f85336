import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import { cellsOf } from '../../../../broker/domain/geo-cells.ts';
import { NUMBER_TEXT_MARK } from '../../../../broker/domain/number-text.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import { narrow } from '../../../../broker/domain/query/narrow.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { eventually } from '../../../support/eventually.ts';
import { attribute, iri, location, vocabulary } from '../../domain/query/support.ts';
import { changing, createMany } from '../contract/entities.ts';
import { idsOf } from '../contract/pages.ts';

const NOW = 1_800_000_000_000_000;
const MANY = 800;
const rooms = [iri('Room')];

/** Values that meet each other at their borders, in every data type. */
const values: readonly Json[] = [
  0,
  -0.5,
  1,
  1.5,
  2,
  1e300,
  9007199254740992,
  `${NUMBER_TEXT_MARK}9007199254740993`,
  true,
  false,
  null,
  '',
  'a',
  'b',
  'A',
  'ab',
  '1',
  'true',
  'x'.repeat(70),
  `${'x'.repeat(70)}y`,
  '\ud83d\ude00',
  'é',
  'e\u0301',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.5Z',
  '12:00:00Z',
  '12:00:00.5Z',
  'urn:x:1',
  { [iri('m')]: 1 },
];
const literals = [
  '0',
  '1',
  '-0.5',
  '1.50',
  '2',
  '9007199254740993',
  '9007199254740992',
  '1e300',
  'true',
  'false',
  '"a"',
  '"A"',
  '"b"',
  '""',
  '"1"',
  `"${'x'.repeat(70)}"`,
  `"${'x'.repeat(70)}y"`,
  '"\ud83d\ude00"',
  '"é"',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.500Z',
  '"2026-01-01"',
  '12:00:00Z',
  '12:00:00.5Z',
  'urn:x:1',
];

/** Points about each other, one across the antimeridian, and shapes of several cells. */
const places = [
  location('Point', [0, 0]),
  location('Point', [0.001, 0.001]),
  location('Point', [0.1, 0.1]),
  location('Point', [-179.9999, 0]),
  location('LineString', [
    [-1, -1],
    [1, 1],
  ]),
  location('Polygon', [
    [
      [-10, -10],
      [10, -10],
      [10, 10],
      [-10, 10],
      [-10, -10],
    ],
  ]),
];
const wide = '[[[-20,-20],[20,-20],[20,20],[-20,20],[-20,-20]]]';
const geoQueries: readonly EntityQueryParameters[] = [
  { georel: 'near;maxDistance==200', geometry: 'Point', coordinates: '[0,0]' },
  { georel: 'near;maxDistance==20000', geometry: 'Point', coordinates: '[0,0]' },
  { georel: 'near;maxDistance==100', geometry: 'Point', coordinates: '[179.9999,0]' },
  { georel: 'within', geometry: 'Polygon', coordinates: '[[[-2,-2],[2,-2],[2,2],[-2,2],[-2,-2]]]' },
  { georel: 'intersects', geometry: 'Point', coordinates: '[5,5]' },
];

const instance = fc.record({
  kind: fc.constantFrom('Property', 'JsonProperty', 'Relationship', 'VocabProperty', 'LanguageProperty'),
  value: fc.oneof(
    fc.constantFrom(...values),
    fc.array(fc.constantFrom(...values), { maxLength: 3 }),
    fc.constantFrom(...values).map((value) => ({ '@type': 'urn:type', '@value': value })),
  ),
});
const entity = fc
  .record({
    a: fc.array(instance, { minLength: 0, maxLength: 2 }),
    inner: instance,
    types: fc.constantFrom(rooms, rooms, rooms, [iri('Hall')], [iri('Hall'), iri('Room')]),
    expiresAt: fc.constantFrom(undefined, undefined, NOW - 1, NOW + 1),
    place: fc.option(fc.constantFrom(...places)),
  })
  .map(
    ({ a, inner, types, expiresAt, place }): Partial<Entity> => ({
      types,
      attributes: {
        ...(place !== null && { [iri('location')]: [place] }),
        ...(a.length > 0 && {
          [iri('a')]: a.map(({ kind, value }, at) =>
            attribute(
              kind as 'Property',
              kind === 'LanguageProperty' ? { nl: JSON.stringify(value) } : value,
              {
                ...(at > 0 && { datasetId: `urn:d:${at}` }),
                ...(expiresAt !== undefined && { expiresAt }),
                sub: { s: attribute('Property', inner.value) },
              },
            ),
          ),
        }),
      },
    }),
  );

const paths = ['a', 'a.s', 'a[m]', 'a.createdAt', 'createdAt'];
const comparison = fc
  .tuple(
    fc.constantFrom(...paths),
    fc.constantFrom('==', '>', '>=', '<', '<=', '!='),
    fc.constantFrom(...literals),
  )
  .filter(([, operator, literal]) => /^[=!]=$/.test(operator) || !/^(true|false)$/.test(literal))
  .map((parts) => parts.join(''));
const list = fc
  .tuple(fc.constantFrom(...paths), fc.array(fc.constantFrom(...literals), { minLength: 2, maxLength: 4 }))
  .map(([path, all]) => `${path}==${all.join(',')}`);
const range = fc.constantFrom(
  'a==0..1',
  'a==2026-01-01..2027-01-01',
  'a=="a".."b"',
  'a==12:00:00Z..13:00:00Z',
  'a.s==-1..1',
);
const pattern = fc.constantFrom(
  'a~="^a"',
  'a~="b"',
  'a~="^x.*y$"',
  'a~="x+y"',
  'a!~="a"',
  'a.s~="^2026-.1"',
  'a~="9007"',
  'a~="😀"',
);
const presence = fc
  .tuple(fc.constantFrom('', '!'), fc.constantFrom('a', 'a.s', 'a[m]', 'a.expiresAt', 'never'))
  .map((parts) => parts.join(''));
const term = fc.oneof(comparison, list, range, pattern, presence);
const q = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom(';', '|'), term).map((parts) => parts.join('')),
);

const asked: fc.Arbitrary<EntityQueryParameters> = fc
  .record({
    type: fc.constantFrom('Room', '*', 'Room,Hall', '(Room;Hall)'),
    q: fc.option(q, { nil: undefined }),
    idPattern: fc.constantFrom(undefined, undefined, '^urn:ngsi-ld:Lamp:e1'),
    attrs: fc.constantFrom(undefined, undefined, 'a', 'never,a'),
    geo: fc.constantFrom(undefined, undefined, ...geoQueries),
  })
  .map(({ geo, ...parameters }) => ({ ...parameters, ...geo }));

describe('whatever is found through indexes of values', () => {
  const database = openDatabase('sqlite::memory:');
  let store: Store;

  beforeAll(async () => {
    store = storeOn(database, {
      now: () => NOW,
      cellsOf,
      coreContextVersion: '1.9',
      historyOf: toHistory,
      pause: () => Promise.resolve(),
    });
    const made = fc.sample(entity, { numRuns: MANY, seed: 7 });
    await createMany(store.of(''), MANY, (index) => made[index] ?? {});
    const needed = [
      ...paths.map((path) => ({ q: `${path}==7777` })),
      ...['a', 'a.s', 'never'].map((path) => ({ q: path })),
      { georel: 'within', geometry: 'Polygon', coordinates: wide },
    ];
    for (const query of needed) {
      for (const type of ['Room', '*']) {
        const { condition } = narrow(parseEntityQuery({ type, ...query }, vocabulary));
        for (let round = 0; round < 4; round++) await idsOf(store.of(''), condition, { limit: 1 });
      }
    }
    const ready = database.prepare<[number]>(
      `SELECT count(*) FROM value_index WHERE built_to = ${Number.MAX_SAFE_INTEGER}`,
    );
    await eventually(() => expect(ready.get()?.[0]).toBe(2 * needed.length));
    const changed = fc.sample(entity, { numRuns: MANY, seed: 8 });
    await Promise.all(
      changed
        .slice(0, MANY / 2)
        .map((members, index) => store.of('').change(`urn:ngsi-ld:Lamp:e${index}`, changing(members))),
    );
  });
  afterAll(() => store.close());

  it('has everything that matches, each once and in order', async () => {
    const all: Entity[] = [];
    for await (const entities of store.of('').find({ kind: 'anything' })) all.push(...entities);
    await fc.assert(
      fc.asyncProperty(asked, async (parameters) => {
        const query = parseEntityQuery(parameters, vocabulary);
        const matches = compileQuery(query);
        const found: Entity[] = [];
        for await (const entities of store.of('').find(narrow(query).condition, { limit: 5 }))
          found.push(...entities);
        const idsIn = (entities: readonly Entity[]) =>
          entities.filter((one) => matches(one, { now: NOW })).map(({ id }) => id);
        expect(idsIn(found)).toEqual(idsIn(all));
      }),
      { numRuns: 400 },
    );
  });
});
