import { describe, expect, it } from '@jest/globals';
import type { HistoryCondition } from '../../../../broker/domain/query/narrow-history.ts';
import type { HistoryEntity, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { creating, LAMP, LEVEL, property, setting } from '../contract/entities.ts';
import { memoryStore } from '../memory-store.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

/** An instance of a value, alone in a request: few of them stay in the log, many become chunks. */
async function provide(temporal: TemporalStore, values: readonly number[]): Promise<void> {
  for (const [n, value] of values.entries()) {
    const times = { createdAt: 1, modifiedAt: 1, observedAt: n };
    await temporal.append(entity, [
      {
        instanceId: `urn:ngsi-ld:Instance:${n}`,
        entityId: ID,
        attribute: LEVEL,
        kind: 'Property',
        ...times,
        attributeInstance: property(value, 1, times),
      },
    ]);
  }
}

async function isCandidate(temporal: TemporalStore, condition: HistoryCondition): Promise<boolean> {
  const having = { condition, timeproperty: 'modifiedAt', from: 0 } as const;
  return (await temporal.candidates({ limit: 10, having })).entities.length > 0;
}

function within(low: number, high: number): HistoryCondition {
  return { kind: 'some', attribute: LEVEL, within: [{ low, high }] };
}

describe('an Entity whose values do not reach what a query asks for', () => {
  it.each([
    ['the log', 5],
    ['chunks', 100],
  ])('is passed over where its instances are in %s', async (_, count) => {
    const { temporal } = memoryStore().of('');
    await provide(temporal, [7, ...Array.from({ length: count }, () => 5)]);
    expect(await isCandidate(temporal, within(7, 9))).toBe(true);
    expect(await isCandidate(temporal, within(8, 9))).toBe(false);
    expect(await isCandidate(temporal, { kind: 'all', of: [within(7, 9), within(8, 9)] })).toBe(false);
    expect(await isCandidate(temporal, { kind: 'any', of: [within(7, 9), within(8, 9)] })).toBe(true);
    expect(await isCandidate(temporal, { kind: 'some', attribute: 'urn:unknown' })).toBe(false);
  });

  it('is passed over where they are those of changes', async () => {
    const tenant = memoryStore().of('');
    await tenant.change(ID, creating(ID));
    await tenant.change(
      ID,
      setting(() => 7),
    );
    expect(await isCandidate(tenant.temporal, within(7, 9))).toBe(true);
    expect(await isCandidate(tenant.temporal, within(8, 9))).toBe(false);
  });
});
