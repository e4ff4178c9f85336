import { describe, expect, it } from '@jest/globals';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Folded, HistoryInstance } from '../../../../broker/store/store.ts';

const NOW: Micros = 1_800_000_000_000_000;
const A = 'urn:x:a';
const LEVEL = 'https://example.org/level';

function instance(no: number, value: unknown): HistoryInstance {
  const times = { createdAt: NOW + no, modifiedAt: NOW + no };
  return {
    instanceId: `urn:ngsi-ld:Instance:${no}`,
    entityId: A,
    attribute: LEVEL,
    kind: 'Property',
    ...times,
    attributeInstance: { kind: 'Property', value: value as number, ...times },
  };
}

function folded(id: string, ...instances: readonly HistoryInstance[]): Folded['history'][number] {
  const entity = { id, types: ['https://example.org/T'], scopes: [], createdAt: NOW, modifiedAt: NOW };
  return { tenant: '', entity, instances };
}

describe('what is remembered of histories that were written', () => {
  it('is forgotten when the write is undone, and what comes again is kept', async () => {
    const store = openSqliteStore({
      path: ':memory:',
      now: () => NOW,
      cellsOf: () => [],
      coreContextVersion: '1.9',
    });
    await store.createTenant('');
    // No JSON text has a bigint.
    const failing = [folded(A, instance(1, 1)), folded('urn:x:b', instance(2, 1n))];
    await expect(store.outbox.fold([], { history: failing, deliveries: [] })).rejects.toThrow('BigInt');
    expect(await store.of('').temporal.getEntity(A)).toBeUndefined();
    for (const no of [1, 2])
      await store.outbox.fold([], { history: [folded(A, instance(no, no))], deliveries: [] });
    expect(await store.of('').temporal.getEntity(A)).toMatchObject({ id: A });
    const page = await store.of('').temporal.instances(A, { timeproperty: 'createdAt', limit: 10 });
    const values = page.instances.get(LEVEL)?.map(({ attributeInstance }) => attributeInstance.value);
    expect(values).toEqual([1, 2]);
    await store.close();
  });
});
