import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cutoffs } from '../../../../broker/domain/retention/history-policy.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance, TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { connectMongo } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { LAMP, LEVEL, property } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';
import { type Hook, hooked } from './hooked-connection.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const FIRST_DAY = Math.floor(START / DAY) * DAY - 10 * DAY;
const MINUTE = HOUR / 60;
const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
/** Whatever writes to a history. */
const WRITES = ['insertMany', 'insertOne', 'updateOne', 'bulkWrite', 'replaceOne', 'deleteMany', 'deleteOne'];
const COLLECTIONS = ['instances', 'historyEntities', 'rollUps'];
/** More than are written by one command. */
const MANY = 600;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** As many, one a minute, each of the value of its minute. */
function minutes(count: number, from = 0): readonly HistoryInstance[] {
  return Array.from({ length: count }, (_, n) => {
    const value = from + n;
    const said = { observedAt: FIRST_DAY + value * MINUTE, createdAt: 1, modifiedAt: 1 };
    return {
      ...{ instanceId: `urn:ngsi-ld:Instance:${value}`, entityId: ID, attribute: LEVEL, kind: 'Property' },
      ...said,
      attributeInstance: property(value, 1, said),
    };
  });
}

const valuesOf = (instances: readonly HistoryInstance[]) =>
  instances.map(({ attributeInstance }) => attributeInstance.value);

describeWith('mongodb', () => {
  let url: string;
  let stores: Store[];
  let time: number;

  beforeEach(() => {
    stores = [];
    time = START;
  });
  afterEach(closeAll);

  async function closeAll(): Promise<void> {
    await Promise.all(stores.map((store) => store.close()));
    if (stores.length > 0) await dropDatabase(url);
    stores = [];
  }
  const letPass = (): void => {
    time += 1_000_000;
  };
  async function open(hooks: Readonly<Record<string, Hook>> = {}): Promise<TemporalStore> {
    const connection = hooked(await connectMongo({ url, defaultDatabase: '' }), hooks);
    const options = { now: () => time, cellsOf: () => [], coreContextVersion: 'v1.9' };
    const store = await openStoreOn(connection, options);
    stores.push(store);
    return store.of('').temporal;
  }
  /** Does the work in a process that ends before its nth write. True where it came to its end. */
  async function endsBefore(n: number, work: (store: TemporalStore) => Promise<unknown>): Promise<boolean> {
    let writes = -FOREVER;
    const hook: Hook = () => {
      writes += 1;
      if (writes > n) throw new Error('the process ends');
    };
    const places = COLLECTIONS.flatMap((name) => WRITES.map((method) => `${name}.${method}`));
    const store = await open(Object.fromEntries(places.map((place) => [place, hook])));
    writes = 0;
    return work(store).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ message: 'the process ends' });
        return false;
      },
    );
  }
  /** Lets it end before each of its writes, each time with a database of its own. Resolves to how many there were. */
  async function endsAnywhere(
    prepare: (store: TemporalStore) => Promise<unknown>,
    work: (store: TemporalStore) => Promise<unknown>,
    check: (store: TemporalStore, isDone: boolean) => Promise<void>,
  ): Promise<number> {
    for (let n = 0; ; n++) {
      url = freshUrl();
      await prepare(await open());
      const isDone = await endsBefore(n, work);
      // Who waits for the one that ended sees the time go by.
      const other = await open({ 'historyEntities.findOne': letPass });
      await check(other, isDone);
      await closeAll();
      if (isDone) return n;
    }
  }
  async function retain(store: TemporalStore, cutoffs: Cutoffs): Promise<void> {
    while (!(await store.rollUps.retain(ID, () => cutoffs)).isDone);
  }
  async function raw(store: TemporalStore) {
    const { instances } = await store.instances(ID, { timeproperty: 'observedAt' });
    return valuesOf(instances.get(LEVEL) ?? []);
  }
  /** How many there are, as instances and in hours and days, and what they come to. */
  async function total(store: TemporalStore) {
    const page = { attribute: LEVEL, order: 'oldest first', limit: 1000 } as const;
    const { rollUps } = await store.rollUps.read(ID, page);
    const values = (await raw(store)) as readonly number[];
    const numbers = rollUps.map(({ summary }) => summary.number);
    const add = (sum: number, value: number): number => sum + value;
    return {
      count: numbers.map((number) => number?.count ?? 0).reduce(add, values.length),
      sum: numbers.map((number) => number?.sum ?? 0).reduce(add, values.reduce(add, 0)),
    };
  }

  describe('where a process ends before any one of its writes', () => {
    it.each([
      ['for a new Entity', 0],
      ['for a known one', 1],
    ])(
      'what it provides %s is there whole or not at all, and once when it is given again',
      async (_, before) => {
        const all = minutes(MANY + before);
        const writes = await endsAnywhere(
          (store) => (before === 0 ? Promise.resolve() : store.append(entity, all.slice(0, before))),
          (store) => store.append(entity, all.slice(before)),
          async (store, isDone) => {
            const found = await raw(store);
            expect(found).toHaveLength(isDone || found.length > before ? all.length : before);
            await store.append(entity, all.slice(before));
            expect(await raw(store)).toEqual(valuesOf(all));
          },
        );
        expect(writes).toBeGreaterThan(3);
      },
    );

    const policies: readonly (readonly [string, Cutoffs])[] = [
      ['hours', { raw: FIRST_DAY + DAY, hourly: FIRST_DAY }],
      ['days', { raw: FIRST_DAY + DAY, daily: FIRST_DAY }],
      ['days by hours', { raw: FIRST_DAY + DAY, hourly: FIRST_DAY + DAY, daily: FIRST_DAY }],
    ];
    it.each(policies)('what it rolls up to %s is there once, at once and afterwards', async (_, cutoffs) => {
      const all = minutes(90);
      const hours = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY };
      const whole = { count: 90, sum: (89 * 90) / 2 };
      const writes = await endsAnywhere(
        async (store) => {
          await store.append(entity, all.slice(0, 30));
          await retain(store, hours);
          await store.append(entity, all.slice(30));
        },
        (store) => retain(store, cutoffs),
        async (store) => {
          expect(await total(store)).toEqual(whole);
          time += HOUR + 1;
          await retain(store, cutoffs);
          expect([await total(store), await raw(store)]).toEqual([whole, []]);
        },
      );
      expect(writes).toBeGreaterThan(5);
    });

    it('an instance that it was about to roll up is edited, or was rolled up, and goes with the next', async () => {
      const [first, edited] = minutes(2) as [HistoryInstance, HistoryInstance];
      const cutoffs = { raw: FIRST_DAY + DAY, hourly: FIRST_DAY };
      let done = 0;
      await endsAnywhere(
        (store) => store.append(entity, [first, edited]),
        (store) => retain(store, cutoffs),
        async (store) => {
          const isEdited = await store.replaceInstance(ID, LEVEL, edited.instanceId, (old) => ({
            ...old,
            attributeInstance: property(100, time, { observedAt: edited.observedAt ?? 0 }),
          }));
          if (isEdited) done += 1;
          const whole = { count: 2, sum: isEdited ? 100 : 1 };
          expect(await total(store)).toEqual(whole);
          time += HOUR + 1;
          await retain(store, cutoffs);
          expect([await total(store), await raw(store)]).toEqual([whole, []]);
        },
      );
      expect(done).toBeGreaterThan(1);
    });
  });
});
