import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../../broker/domain/entity.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { contentOf } from '../../../../broker/store/instance-content.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: ['urn:T'], scopes: [], createdAt: 1, modifiedAt: 1 };

/** Some are equal though they are written in another way, some only look like another one. */
const values: readonly Json[] = [
  ...[1, 10, 0, -0, 1e21, true, '', '1', 'a"b\\', 'A', 'a', '%_', '\u{1f600}', '\ud800', 'é\u0000'],
  ...[[], [1, 'x'], ['x', 1], {}, { '@value': 'x', '@type': 'urn:D' }, { '@type': 'urn:D', '@value': 'x' }],
  ...[[{ a: 1, b: [2] }], [{ b: [2], a: 1 }], { deep: { a: null } }, 'x'.repeat(5000)],
];

const given = fc.record(
  {
    attribute: fc.constantFrom('urn:a', 'urn:b'),
    value: fc.constantFrom(...values),
    observedAt: fc.constantFrom(1, 2, 3, 2 ** 53, -(2 ** 53), 2 ** 54),
    datasetId: fc.constantFrom('urn:s', 'urn:t'),
  },
  { requiredKeys: ['attribute', 'value'] },
);

let count = 0;
function instanceOf({
  attribute,
  value,
  ...members
}: typeof given extends fc.Arbitrary<infer T> ? T : never) {
  const number = ++count;
  const instance: HistoryInstance = {
    instanceId: `urn:ngsi-ld:Instance:${number}`,
    entityId: ID,
    attribute,
    kind: 'Property',
    createdAt: number,
    modifiedAt: number,
    attributeInstance: property(value, number, members),
    ...members,
  };
  return instance;
}

describe('what is provided again', () => {
  it('is dropped where it equals what the log or a chunk has, and nothing else is', async () => {
    const batches = fc.array(fc.array(given, { maxLength: 8, size: 'max' }), { maxLength: 80, size: 'max' });
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const store = openSqliteStore({
          path: ':memory:',
          now: () => 1,
          cellsOf: () => [],
          coreContextVersion: '1.9',
          historyOf: toHistory,
          pause: () => Promise.resolve(),
        });
        try {
          const { temporal } = store.of('');
          const expected = new Set<string>();
          for (const batch of all) {
            const instances = batch.map(instanceOf);
            for (const instance of instances) expected.add(contentOf(instance));
            await temporal.append(entity, instances);
          }
          const page = await temporal.instances(ID, { timeproperty: 'modifiedAt' });
          const stored = [...page.instances.values()].flat().map(contentOf);
          expect(stored.sort()).toEqual([...expected].sort());
        } finally {
          await store.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
