import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import { NUMBER_TEXT_MARK } from '../../../../broker/domain/number-text.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import { narrow } from '../../../../broker/domain/query/narrow.ts';
import { parseEntityQuery } from '../../../../broker/domain/query/parse-entity-query.ts';
import { storeOn } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { openDatabase } from '../../../../runtime/sqlite/open.ts';
import { eventually } from '../../../support/eventually.ts';
import { attribute, iri, vocabulary } from '../../domain/query/support.ts';
import { changing, createMany } from '../contract/entities.ts';
import { idsOf } from '../contract/pages.ts';

const NOW = 1_800_000_000_000_000;
const MANY = 520;
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
  })
  .map(
    ({ a, inner, types }): Partial<Entity> => ({
      types,
      attributes:
        a.length === 0
          ? {}
          : {
              [iri('a')]: a.map(({ kind, value }, at) =>
                attribute(
                  kind as 'Property',
                  kind === 'LanguageProperty' ? { nl: JSON.stringify(value) } : value,
                  {
                    ...(at > 0 && { datasetId: `urn:d:${at}` }),
                    sub: { s: attribute('Property', inner.value) },
                  },
                ),
              ),
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
const term = fc.oneof(comparison, list, range);
const q = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom(';', '|'), term).map((parts) => parts.join('')),
);

describe('whatever is found through indexes of values', () => {
  const database = openDatabase('sqlite::memory:');
  let store: Store;

  beforeAll(async () => {
    store = storeOn(database, {
      now: () => NOW,
      cellsOf: () => [],
      coreContextVersion: '1.9',
      pause: () => Promise.resolve(),
    });
    const made = fc.sample(entity, { numRuns: MANY, seed: 7 });
    await createMany(store.of(''), MANY, (index) => made[index] ?? {});
    for (const path of paths) {
      for (const type of ['Room', '*']) {
        const { condition } = narrow(parseEntityQuery({ type, q: `${path}==7777` }, vocabulary));
        for (let round = 0; round < 2; round++) await idsOf(store.of(''), condition, { limit: 1 });
      }
    }
    const ready = database.prepare<[number]>(
      `SELECT count(*) FROM value_index WHERE built_to = ${Number.MAX_SAFE_INTEGER}`,
    );
    await eventually(() => expect(ready.get()?.[0]).toBeGreaterThanOrEqual(paths.length));
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
      fc.asyncProperty(q, fc.constantFrom('Room', '*', 'Room,Hall'), async (text, type) => {
        const query = parseEntityQuery({ type, q: text }, vocabulary);
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
