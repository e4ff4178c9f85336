import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../../broker/store/store.ts';
import type {
  HistoryEntity,
  HistoryInstance,
  TemporalStore,
} from '../../../../broker/store/temporal-store.ts';
import { LAMP, LEVEL, property } from '../contract/entities.ts';
import { memoryStore } from '../memory-store.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const MANY = 3000;
const entity: HistoryEntity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };

/** Provided by the client of that number; of all clients equal but for their ids. */
function given(n: number, client = 1, observedAt = 1000 + n): HistoryInstance {
  return {
    instanceId: `urn:ngsi-ld:Instance:${client}-${n}`,
    entityId: ID,
    attribute: LEVEL,
    kind: 'Property',
    ...{ observedAt, createdAt: client, modifiedAt: client },
    attributeInstance: property(n, client, { observedAt }),
  };
}

const numbers = Array.from({ length: MANY }, (_, n) => n);
const many = (client = 1) => numbers.map((n) => given(n, client));

describe('very many instances at once', () => {
  let store: Store;
  let temporal: TemporalStore;
  beforeEach(() => {
    store = memoryStore();
    temporal = store.of('').temporal;
  });
  afterEach(() => store.close());

  const found = async (query: object = {}) => {
    const { instances } = await temporal.instances(ID, { timeproperty: 'observedAt', ...query });
    return (instances.get(LEVEL) ?? []).map(({ attributeInstance: { value } }) => value);
  };

  /** What is seen in each turn of the event loop until the work is done. */
  async function meanwhile<T>(work: Promise<unknown>, look: () => Promise<T>): Promise<readonly T[]> {
    const seen: T[] = [];
    let isDone = false;
    void work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      seen.push(await look());
      await new Promise(setImmediate);
    }
    await work;
    return seen;
  }

  it('are there all together, while others read in between', async () => {
    const seen = await meanwhile(temporal.append(entity, many()), async () => (await found()).length);
    expect(seen.length).toBeGreaterThan(10);
    expect([...new Set([...seen, (await found()).length])]).toEqual([0, MANY]);
  });

  it('are read in the order of time, in whatever order they came', async () => {
    await temporal.append(entity, many().reverse());
    expect(await found()).toEqual(numbers);
    expect(await found({ lastN: 2 })).toEqual([MANY - 1, MANY - 2]);
  });

  it('are there once where several give them at the same time, also a few of them', async () => {
    await Promise.all([
      temporal.append(entity, many(1)),
      temporal.append(entity, [given(7, 2), given(8, 2)]),
      temporal.append(entity, many(3)),
    ]);
    expect(await found()).toEqual(numbers);
  });

  it('keep what changes of the current Entity add meanwhile', async () => {
    const appended = temporal.append(entity, many());
    const changed = { ...given(0, 9, 5), attributeInstance: property('now', 9, { observedAt: 5 }) };
    await store.outbox.fold([], { history: [{ tenant: '', entity, instances: [changed] }], deliveries: [] });
    await appended;
    expect(await found()).toEqual(['now', ...numbers]);
  });

  it('go all or stay all when their Attribute is taken away meanwhile', async () => {
    await temporal.append(entity, many().slice(0, 1000));
    const appended = temporal.append(entity, many(2));
    await new Promise(setImmediate);
    await temporal.removeAttribute(ID, LEVEL, 'all');
    await appended;
    expect(await found()).toEqual([]);
  });

  it('leave nothing behind where the store closes meanwhile', async () => {
    const appended = temporal.append(entity, many());
    await new Promise(setImmediate);
    await store.close();
    await expect(appended).rejects.toMatchObject({ type: 'Unavailable' });
  });

  describe('of one moment', () => {
    beforeEach(() =>
      temporal.append(
        entity,
        numbers.map((n) => given(n, 1, 500)),
      ),
    );

    it('are read while others get their turn', async () => {
      const turns = await meanwhile(found({ limit: 10 }), async () => 1);
      expect(turns.length).toBeGreaterThan(1);
    });

    it('are all found where one of them is moved away while they are read', async () => {
      const read = found();
      await temporal.replaceInstance(ID, LEVEL, given(MANY - 1).instanceId, (old) => ({
        ...old,
        observedAt: 1,
      }));
      const values = await read;
      expect(values.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers);
    });
  });
});
