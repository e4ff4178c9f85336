import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import { NUMBER_TEXT_MARK } from '../../../../broker/domain/number-text.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import { narrow } from '../../../../broker/domain/query/narrow.ts';
import { parseEntityQuery } from '../../../../broker/domain/query/parse-entity-query.ts';
import type { ValueCatalog } from '../../../../broker/store/mongo/value-catalog.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import { attribute, iri, vocabulary } from '../../domain/query/support.ts';
import { changing, createMany } from '../contract/entities.ts';
import type { OpenedStore } from '../contract/harness.ts';
import { idsOf } from '../contract/pages.ts';
import { openFresh } from './fresh-database.ts';

const NOW = 1_800_000_000_000_000;
const MANY = 660;
const rooms = [iri('Room')];

/** Values next to each other in every data type. */
const values: readonly Json[] = [
  0,
  -0.5,
  1,
  1.5,
  1e300,
  `${NUMBER_TEXT_MARK}9007199254740993`,
  true,
  false,
  null,
  '',
  'a',
  'ab',
  'b',
  '1',
  'x'.repeat(70),
  '\u{1f600}',
  'a\uff01',
  '2026-01-01',
  '2026-01-01T00:00:00.5Z',
  '12:00:00Z',
  [0, 'a', true],
  Array.from({ length: 70 }, (_, at) => at),
];
const literals = [
  '0',
  '-0.5',
  '1.50',
  '9007199254740993',
  '1e300',
  '"a"',
  '""',
  '"1"',
  `"${'x'.repeat(70)}"`,
  '"\u{1f600}"',
  '2026-01-01',
  '2026-01-01T00:00:00.500Z',
  '12:00:00Z',
];

const entity = fc
  .record({
    kinds: fc.array(fc.constantFrom('Property', 'JsonProperty', 'VocabProperty'), { maxLength: 2 }),
    value: fc.constantFrom(...values),
    other: fc.constantFrom(...values),
    types: fc.constantFrom(rooms, rooms, rooms, rooms, [iri('Hall')], [iri('Hall'), iri('Room')]),
  })
  .map(({ kinds, value, other, types }): Partial<Entity> => {
    const instances = kinds.map((kind, at) =>
      attribute(kind as 'Property', at > 0 ? other : value, {
        ...(at > 0 && { datasetId: `urn:d:${at}` }),
        sub: { s: attribute('Property', other) },
      }),
    );
    return { types, attributes: instances.length === 0 ? {} : { [iri('a')]: instances } };
  });

const paths = ['a', 'a.s', 'a.createdAt'];
const comparison = fc
  .tuple(
    fc.constantFrom(...paths),
    fc.constantFrom('==', '>', '>=', '<', '<=', '!='),
    fc.constantFrom(...literals),
  )
  .map((parts) => parts.join(''));
const term = fc.oneof(
  { weight: 3, arbitrary: comparison },
  fc.constantFrom(
    'a',
    '!a',
    'a.s',
    '!a.s',
    'a==0..1',
    'a=="a","b",1',
    'a==2026-01-01..2027-01-01',
    'a~=^a',
    'a~=x$',
  ),
);
const q = fc.oneof(
  term,
  fc.tuple(term, fc.constantFrom(';', '|'), term).map((parts) => parts.join('')),
);

describeWith('mongodb', () => {
  describe('whatever is found through indexes of values', () => {
    let opened: OpenedStore;
    let store: Store;
    const conditionOf = (text: string) =>
      narrow(parseEntityQuery({ type: 'Room', q: text }, vocabulary)).condition;

    beforeAll(async () => {
      opened = await openFresh({ now: () => NOW, cellsOf: () => [] });
      ({ store } = opened);
      const made = fc.sample(entity, { numRuns: MANY, seed: 7 });
      await createMany(store.of(''), MANY, (index) => made[index] ?? {});
      for (const text of [...paths.map((path) => `${path}==7777`), 'a', 'a.s']) {
        for (let round = 0; round < 2; round++) await idsOf(store.of(''), conditionOf(text), { limit: 1 });
      }
      await eventually(async () => {
        const [catalog] = await store.documents.list('value-indexes-1');
        const { indexes } = (catalog?.body ?? { indexes: [] }) as unknown as ValueCatalog;
        expect(indexes.map(({ isReady }) => isReady)).toEqual([true, true, true, true, true]);
      });
      const changed = fc.sample(entity, { numRuns: MANY / 2, seed: 8 });
      await Promise.all(
        changed.map((members, index) => store.of('').change(`urn:ngsi-ld:Lamp:e${index}`, changing(members))),
      );
    });
    afterAll(() => opened.dispose());

    it('has everything that matches, each once and in order', async () => {
      const all: Entity[] = [];
      for await (const entities of store.of('').find({ kind: 'anything' })) all.push(...entities);
      await fc.assert(
        fc.asyncProperty(q, async (text) => {
          const matches = compileQuery(parseEntityQuery({ type: 'Room', q: text }, vocabulary));
          const found: Entity[] = [];
          for await (const entities of store.of('').find(conditionOf(text), { limit: 500 }))
            found.push(...entities);
          const idsIn = (entities: readonly Entity[]) =>
            entities.filter((one) => matches(one, { now: NOW })).map(({ id }) => id);
          expect(idsIn(found)).toEqual(idsIn(all));
        }),
        { numRuns: 100 },
      );
    });
  });
});
