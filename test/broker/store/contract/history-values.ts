import { describe, expect, it } from '@jest/globals';
import type { Attribute, Json } from '../../../../broker/domain/entity.ts';
import type { HistoryCondition } from '../../../../broker/domain/query/narrow-history.ts';
import type { Reach } from '../../../../broker/domain/query/value-reach.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const entityOf = (id: string): HistoryEntity => ({
  id,
  types: [LAMP],
  scopes: [],
  createdAt: 1,
  modifiedAt: 1,
});
const HIGH = 'urn:ngsi-ld:Lamp:high';
const LOW = 'urn:ngsi-ld:Lamp:low';
const above50: readonly Reach[] = [{ low: 50, high: Number.POSITIVE_INFINITY }];
const ok: readonly Reach[] = [{ low: 'ok', high: 'ok' }];

/** Instances of these values, the first observed at 100, one each ten microseconds. */
function series(
  entityId: string,
  values: readonly Json[],
  given: Partial<Attribute> = {},
): HistoryInstance[] {
  return values.map((value, n) => {
    const times = { createdAt: 1, modifiedAt: 1000 + n, observedAt: 100 + 10 * n };
    return {
      instanceId: `urn:ngsi-ld:Instance:${n}`,
      entityId,
      attribute: LEVEL,
      kind: given.kind ?? 'Property',
      ...times,
      attributeInstance: { ...property(value, 1), ...times, ...given },
    };
  });
}

/** What a query says of values narrows what is read, and takes away nothing that matters. */
export function historyValueContract(open: OpenStore): void {
  describe('values that a query asks for', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const provide = (id: string, instances: readonly HistoryInstance[]) =>
      temporal().append(entityOf(id), instances);
    const valuesWithin = async (id: string, within: readonly Reach[]) => {
      const page = await temporal().instances(id, {
        timeproperty: 'observedAt',
        attributes: [LEVEL],
        within,
      });
      return page.instances.get(LEVEL)?.map(({ attributeInstance }) => attributeInstance.value) ?? [];
    };
    const idsHaving = async (condition: HistoryCondition) => {
      const having = { condition, timeproperty: 'observedAt' } as const;
      return (await temporal().candidates({ limit: 10, having })).entities.map(({ id }) => id);
    };
    const some = (within: readonly Reach[]): HistoryCondition => ({ kind: 'some', attribute: LEVEL, within });
    const around = (value: number) => Array.from({ length: 200 }, (_, n) => value + (n % 10));

    it('are all among what is read, of whatever kind', async () => {
      const values: readonly Json[] = [
        ...[60, 40, '\u0001#99999999999999999999', [1, 70], { x: 60 }, true, 'ok', ['broken', 'ok'], 'okay'],
        ...[['x', 60], { '@type': 'urn:t', '@value': 70 }, Array.from({ length: 100 }, (_, n) => n)],
      ];
      await provide(HIGH, series(HIGH, values));
      const isIn = [60, '\u0001#99999999999999999999', [1, 70], ['x', 60]];
      expect(await valuesWithin(HIGH, above50)).toEqual(expect.arrayContaining(isIn));
      expect(await valuesWithin(HIGH, above50)).toEqual(expect.arrayContaining(values.slice(-2)));
      expect(await valuesWithin(HIGH, ok)).toEqual(expect.arrayContaining(['ok', ['broken', 'ok']]));
      expect(await valuesWithin(HIGH, [...ok, ...above50])).toEqual(expect.arrayContaining([60, 'ok']));
    });

    it('leave out others, which nobody asked for', async () => {
      await provide(HIGH, series(HIGH, [...around(10), 60, ...around(10)]));
      expect(await valuesWithin(HIGH, above50)).toEqual([60]);
      expect(await valuesWithin(HIGH, ok)).toEqual([]);
    });

    it('are found where an instance was put in the place of another', async () => {
      await provide(LOW, series(LOW, [...around(10), ...around(20)]));
      const [one] = [...(await temporal().instances(LOW, { timeproperty: 'observedAt' })).instances.values()];
      const { instanceId = '' } = one?.[7] ?? {};
      const replace = (value: Json) =>
        temporal().replaceInstance(LOW, LEVEL, instanceId, (old) => ({
          ...old,
          attributeInstance: { ...old.attributeInstance, value },
        }));
      expect(await valuesWithin(LOW, above50)).toEqual([]);
      await replace(99);
      expect(await valuesWithin(LOW, above50)).toEqual([99]);
      await replace(Array.from({ length: 100 }, () => 99));
      expect(await valuesWithin(LOW, above50)).toHaveLength(1);
      await replace(9);
      expect(await valuesWithin(LOW, above50)).toEqual([]);
    });

    it('are what candidates may have', async () => {
      await provide(LOW, series(LOW, around(10)));
      await provide(HIGH, series(HIGH, [...around(10), 60]));
      const high = some(above50);
      const any: HistoryCondition = { kind: 'some', attribute: LEVEL };
      const unknown: HistoryCondition = { kind: 'some', attribute: 'urn:unknown' };
      expect(await idsHaving(high)).toContain(HIGH);
      expect(await idsHaving({ kind: 'any', of: [high, unknown] })).toContain(HIGH);
      expect(await idsHaving({ kind: 'all', of: [high, any] })).toContain(HIGH);
      expect(await idsHaving({ kind: 'anything' })).toEqual([LOW, HIGH]);
    });
  });
}
