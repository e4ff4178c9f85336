import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import { DAY } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { creating, LAMP, LEVEL, property, setting } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

/** More by hand: `WRITES=500 npm run jest -- test/broker/store/mongo/three-writers`. */
const WRITES = Number(process.env['WRITES'] ?? 8);
const ENTITIES = 20;
/** Instances that are provided together. */
const SIZES = [1, 3, 40];
const FIRST_DAY = Math.floor(START / DAY) * DAY - 10 * DAY;
const PROVIDED = 'https://example.org/provided';
const hourly: Cutoffs = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY, daily: FIRST_DAY };
const daily: Cutoffs = { raw: FIRST_DAY + DAY, daily: FIRST_DAY };
const increment = setting((level) => level + 1);
const idOf = (n: number) => `urn:ngsi-ld:Lamp:${n % ENTITIES}`;

/** What a writer knows to be in the histories: of each Entity the values by the ids of their instances. */
type Model = Map<string, Map<string, number>>;

/** Old enough to be rolled up at once; no two have the same value. */
function given(entityId: string, value: number): HistoryInstance {
  const said = { observedAt: FIRST_DAY + ((value * 7919) % DAY), createdAt: 1, modifiedAt: 1 };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${value}`, entityId, attribute: PROVIDED, kind: 'Property' },
    ...said,
    attributeInstance: property(value, 1, said),
  };
}

describeWith('mongodb', () => {
  let url: string;
  let stores: Store[];
  let time: number;

  async function open(): Promise<Store> {
    const store = await openMongoStore({
      ...{ url, now: () => time++, cellsOf: () => [], coreContextVersion: 'v1.9' },
    });
    const fold = async (of?: { readonly tenant: string; readonly entityId: string }) => {
      const records = await store.outbox.pending(20, of);
      await store.outbox.fold(records, foldRecords(records));
      return records.length;
    };
    store.setDrain(async (tenant, entityId) => {
      while ((await fold({ tenant, entityId })) > 0);
    });
    return store;
  }

  beforeEach(async () => {
    url = freshUrl();
    time = START;
    stores = [await open(), await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(url);
  });

  /** Provides, changes, edits, rolls up and reads, one after the other; gives back what was acknowledged. */
  async function write(store: Store, writer: number, changes: Map<string, number>): Promise<Model> {
    const model: Model = new Map();
    const { temporal } = store.of('');
    for (let n = 0; n < WRITES; n++) {
      const id = idOf(n * 3 + Math.floor(n / 7));
      const known = model.get(id) ?? new Map<string, number>();
      model.set(id, known);
      const first = writer * 1_000_000 + n * 100;
      const some = Array.from({ length: SIZES[n % 3] ?? 1 }, (_, index) => given(id, first + index));
      await temporal.append({ id, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 }, some);
      for (const { instanceId, attributeInstance } of some)
        known.set(instanceId, Number(attributeInstance.value));
      await store.of('').change(id, increment);
      changes.set(id, (changes.get(id) ?? 0) + 1);
      await edit(temporal, id, known, first + 99);
      await temporal.rollUps.retain(id, () => (writer === 1 ? daily : hourly));
      const { instances } = await temporal.instances(id, { timeproperty: 'observedAt' });
      const values = (instances.get(PROVIDED) ?? []).map(({ attributeInstance }) => attributeInstance.value);
      expect(new Set(values).size).toBe(values.length);
    }
    return model;
  }

  /** Edits one of the instances that this writer has provided, and takes another one away, where they are still there. */
  async function edit(
    temporal: TemporalStore,
    id: string,
    known: Map<string, number>,
    value: number,
  ): Promise<void> {
    const [replaced = '', removed = ''] = [...known.keys()].slice(-2);
    const isReplaced = await temporal.replaceInstance(id, PROVIDED, replaced, (old) => ({
      ...old,
      ...{ modifiedAt: time, attributeInstance: { ...old.attributeInstance, value } },
    }));
    if (isReplaced) known.set(replaced, value);
    if (await temporal.removeInstance(id, PROVIDED, removed)) known.delete(removed);
  }

  async function totals(id: string) {
    const { temporal } = (stores[0] as Store).of('');
    const { instances } = await temporal.instances(id, { timeproperty: 'observedAt' });
    const raw = (instances.get(PROVIDED) ?? []).map(({ attributeInstance }) =>
      Number(attributeInstance.value),
    );
    const page = { attribute: PROVIDED, order: 'oldest first', limit: 1000 } as const;
    const { rollUps } = await temporal.rollUps.read(id, page);
    const rolledUp = rollUps.flatMap(({ summary }) => summary.number ?? []);
    return {
      count: raw.length + rolledUp.reduce((all, { count }) => all + count, 0),
      sum: [...raw, ...rolledUp.map(({ sum }) => Number(sum))].reduce((all, each) => all + each, 0),
    };
  }

  async function levels(id: string): Promise<readonly unknown[]> {
    const { temporal } = (stores[0] as Store).of('');
    const { instances } = await temporal.instances(id, { timeproperty: 'modifiedAt', attributes: [LEVEL] });
    return (instances.get(LEVEL) ?? []).map(({ attributeInstance }) => attributeInstance.value);
  }

  it('three processes that provide, change, edit and roll up the same histories lose and repeat nothing', async () => {
    const [first] = stores as [Store];
    for (let n = 0; n < ENTITIES; n++) await first.of('').change(idOf(n), creating(idOf(n)));
    const changes = new Map<string, number>();
    const models = await Promise.all(stores.map((store, writer) => write(store, writer, changes)));
    for (let n = 0; n < ENTITIES; n++) {
      const id = idOf(n);
      const values = models.flatMap((model) => [...(model.get(id)?.values() ?? [])]);
      const expected = { count: values.length, sum: values.reduce((all, each) => all + each, 0) };
      expect([id, await totals(id)]).toEqual([id, expected]);
      for (let isDone = false; !isDone; )
        isDone = (await first.of('').temporal.rollUps.retain(id, () => hourly)).isDone;
      expect([id, await totals(id)]).toEqual([id, expected]);
      const made = Array.from({ length: 1 + (changes.get(id) ?? 0) }, (_, level) => level);
      expect([id, await levels(id)]).toEqual([id, made]);
    }
    expect(await first.of('').temporal.rollUps.isAny()).toBe(true);
  });
});
