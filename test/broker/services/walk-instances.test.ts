import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Micros } from '../../../broker/domain/entity.ts';
import { timelessInstances, walkInstances } from '../../../broker/services/walk-instances.ts';
import type { Store } from '../../../broker/store/store.ts';
import type { HistoryInstance } from '../../../broker/store/temporal-store.ts';
import { memoryStore } from '../store/memory-store.ts';

const id = 'urn:w:1';
const largeId = 'urn:w:2';
let store: Store;

const instance = (attribute: string, n: number, observedAt?: Micros): HistoryInstance => {
  const times = { createdAt: 1, modifiedAt: n, ...(observedAt !== undefined && { observedAt }) };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${attribute}${n}`, entityId: id, attribute: `urn:a:${attribute}` },
    ...{ kind: 'Property', ...times, attributeInstance: { kind: 'Property', value: n, ...times } },
  };
};

beforeAll(async () => {
  store = memoryStore();
  const crowd = Array.from({ length: 900 }, (_, n) => instance('x', n, 500));
  const others = Array.from({ length: 1000 }, (_, n) => instance(n % 2 === 0 ? 'y' : 'z', n, n));
  const timeless = Array.from({ length: 300 }, (_, n) => instance('t', n));
  const times = { createdAt: 1, modifiedAt: 1 };
  await store
    .of('')
    .temporal.append({ id, types: ['urn:t'], scopes: [], ...times }, [...crowd, ...others, ...timeless]);
});
afterAll(() => store.close());

const large = (attribute: string, n: number, observedAt?: Micros): HistoryInstance => {
  const small = instance(attribute, n, observedAt);
  return {
    ...small,
    entityId: largeId,
    attributeInstance: { ...small.attributeInstance, value: `${n} ${'x'.repeat(1_000_000)}` },
  };
};

async function walked(start: 'oldest' | 'newest', bounds: { from?: Micros; to?: Micros } = {}) {
  const groups: (readonly HistoryInstance[])[] = [];
  const query = { timeproperty: 'observedAt' as const, ...bounds };
  for await (const group of walkInstances(store.of('').temporal, { id, query, start, pageSize: 250 }))
    groups.push(group);
  return groups;
}

describe('a walk through a history', () => {
  it.each(['oldest', 'newest'] as const)(
    'meets everything that has the time once and in order, the %s first',
    async (start) => {
      const groups = await walked(start);
      const all = groups.flat();
      expect([all.length, new Set(all.map(({ instanceId }) => instanceId)).size]).toEqual([1900, 1900]);
      const times = all.map(({ observedAt = -1 }) => observedAt);
      const sign = start === 'oldest' ? 1 : -1;
      expect(times).toEqual(times.toSorted((one, other) => sign * (one - other)));
    },
  );

  it.each(['oldest', 'newest'] as const)(
    'parts no moment, however many instances it has, the %s first',
    async (start) => {
      const groups = await walked(start);
      const moments = groups.map((group) => new Set(group.map(({ observedAt }) => observedAt)));
      expect(moments.reduce((sum, { size }) => sum + size, 0)).toBe(1000);
      expect(groups.length).toBeGreaterThan(3);
    },
  );

  it.each(['oldest', 'newest'] as const)('keeps within bounds, the %s first', async (start) => {
    const all = (await walked(start, { from: 10, to: 700 })).flat();
    expect(all).toHaveLength(690 + 900);
  });

  it('holds little of what is large at once, and parts no moment of it', async () => {
    const { temporal } = store.of('');
    const times = { createdAt: 1, modifiedAt: 1 };
    const all = [1, 2, 2, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8].map((at, n) => large('v', n, at));
    await temporal.append({ id: largeId, types: ['urn:t'], scopes: [], ...times }, all);
    const query = { timeproperty: 'observedAt' as const };
    const walk = { id: largeId, query, start: 'oldest' as const, pageSize: 250 };
    const groups: (number | undefined)[][] = [];
    for await (const group of walkInstances(temporal, walk))
      groups.push(group.map(({ observedAt }) => observedAt));
    expect(groups).toEqual([[1], [2, 2, 2, 2, 2, 2], [3, 4, 5, 6], [7, 8]]);
  });

  it('passes over what lacks the time, which can be had apart', async () => {
    const query = { timeproperty: 'observedAt' as const };
    const walk = { id, query, start: 'oldest' as const, pageSize: 20 };
    const found = await timelessInstances(store.of('').temporal, walk);
    expect(new Set(found.map(({ attribute }) => attribute))).toEqual(new Set(['urn:a:t']));
    expect(found).toHaveLength(300);
  });
});
