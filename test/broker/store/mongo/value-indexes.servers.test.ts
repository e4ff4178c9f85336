import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Document, MongoClient } from 'mongodb';
import type { Condition } from '../../../../broker/domain/query/condition.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import { noCatalog, type ValueCatalog } from '../../../../broker/store/mongo/value-catalog.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  BIN,
  changing,
  createMany,
  creating,
  deleting,
  LAMP,
  LEVEL,
  property,
  setting,
} from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { idsOf } from '../contract/pages.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

interface Kept extends Document {
  readonly _id: string;
  readonly values: readonly string[];
}

const SECOND = 1_000_000;
const MANY = 600;
const lamps: Condition = { kind: 'type', type: LAMP };
const levelOf = (at: number): Condition => ({
  kind: 'value',
  path: { names: [LEVEL] },
  spans: [{ kind: 'number', at }],
});
const above = (from: number): Condition => ({
  kind: 'value',
  path: { names: [LEVEL] },
  spans: [{ kind: 'number', from }],
});
const lampsWith = (condition: Condition): Condition => ({ kind: 'all', of: [lamps, condition] });
const idOf = (index: number) => `urn:ngsi-ld:Lamp:e${index}`;

describeWith('mongodb', () => {
  let url: string;
  let client: MongoClient;
  let stores: Store[];
  let time: number;
  /** Background work waits while this is set. */
  let isHeld: boolean;
  let release: () => void;

  const open = async (): Promise<Store> => {
    const store = await openMongoStore({
      url,
      now: () => time,
      cellsOf: () => [],
      coreContextVersion: 'v1.9',
      pause: () =>
        isHeld
          ? new Promise((resolve) => {
              release = resolve;
            })
          : Promise.resolve(),
    });
    stores.push(store);
    return store;
  };
  beforeEach(async () => {
    url = freshUrl();
    time = START;
    isHeld = false;
    stores = [];
    client = await new MongoClient(url).connect();
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await client.close();
    await dropDatabase(url);
  });

  const documents = () => client.db().collection<Kept>('entities');
  /** Of the type, as it is kept. */
  const catalogOf = async (type = LAMP): Promise<ValueCatalog> => {
    const found = await client
      .db()
      .collection<Kept>('documents')
      .findOne({ _id: `value-indexes-1||${type}` });
    return found === null ? noCatalog : JSON.parse(found['body']);
  };
  const indexesOf = async (type = LAMP) => (await catalogOf(type)).indexes;
  const untilReady = (count = 1, type = LAMP) =>
    eventually(async () =>
      expect((await indexesOf(type)).map(({ isReady }) => isReady)).toEqual(Array(count).fill(true)),
    );
  /** Each has its number as its level. */
  const createLamps = (store: Store, count = MANY) =>
    createMany(store.of(''), count, (index) => ({ attributes: { [LEVEL]: [property(index, START)] } }));
  const askInVain = async (store: Store, condition = lampsWith(levelOf(-1))): Promise<void> => {
    for (let round = 0; round < 2; round++) await idsOf(store.of(''), condition, { limit: 1 });
  };
  /** What other processes changed is learnt by what is asked next. */
  const learn = async (store: Store): Promise<void> => {
    time += 2 * SECOND;
    await store.of('').get('urn:none');
    await idsOf(store.of(''), { kind: 'ids', ids: ['urn:none'] });
    await store.documents.list('none');
  };
  const buildIndex = async (store: Store): Promise<void> => {
    await createLamps(store);
    await askInVain(store);
    await untilReady();
  };
  /** Of what has lost its keys, what is found tells whether the index was used. */
  const hide = async (index: number): Promise<void> => {
    const found = await documents().findOne({ _id: `|${idOf(index)}` });
    const marks = (found?.values ?? []).filter((value) => !value.startsWith('|p|'));
    await documents().updateOne({ _id: `|${idOf(index)}` }, { $set: { values: marks } });
  };

  describe('indexes of values', () => {
    it('are made when queries have gone through as many Entities in vain as there are', async () => {
      const store = await open();
      await createLamps(store);
      expect(await indexesOf()).toEqual([]);
      await askInVain(store);
      await untilReady();
      expect(await idsOf(store.of(''), lampsWith(levelOf(5)))).toEqual([idOf(5)]);
      expect(await idsOf(store.of(''), lampsWith(above(MANY - 3)))).toEqual(
        [MANY - 3, MANY - 2, MANY - 1].map(idOf),
      );
      await hide(5);
      expect(await idsOf(store.of(''), lampsWith(levelOf(5)))).toEqual([]);
    });

    it('are not made for what is found soon, nor for few Entities, nor where no type is named', async () => {
      const store = await open();
      await createLamps(store);
      await createMany(store.of('few'), 50, () => ({ types: [BIN] }));
      for (let round = 0; round < 30; round++) {
        for await (const _ of store.of('').find(lampsWith(levelOf(5)), { limit: 20 })) break;
        await idsOf(
          store.of('few'),
          { kind: 'all', of: [{ kind: 'type', type: BIN }, levelOf(-1)] },
          { limit: 1 },
        );
      }
      await idsOf(store.of(''), levelOf(-1), { limit: 1 });
      await createLamps(store, 1).catch(() => {});
      expect(await client.db().collection<Kept>('documents').countDocuments()).toBe(0);
    });

    it('follow what becomes of Entities', async () => {
      const store = await open();
      await buildIndex(store);
      const tenant = store.of('');
      await tenant.change(
        idOf(1),
        setting(() => 1000),
      );
      await tenant.change(idOf(2), changing({ types: [BIN] }));
      await tenant.change(idOf(3), deleting());
      await tenant.change(
        'urn:new',
        creating('urn:new', { attributes: { [LEVEL]: [property(1000, time)] } }),
      );
      expect(await idsOf(tenant, lampsWith(levelOf(1000)))).toEqual([idOf(1), 'urn:new']);
      for (const gone of [1, 2, 3]) expect(await idsOf(tenant, lampsWith(levelOf(gone)))).toEqual([]);
      await tenant.change(idOf(2), changing({ types: [BIN, LAMP] }));
      expect(await idsOf(tenant, lampsWith(levelOf(2)))).toEqual([idOf(2)]);
    });

    it('are read of several types when all have one', async () => {
      const store = await open();
      await createMany(store.of(''), 2 * MANY, (index) => ({
        types: [index % 2 ? LAMP : BIN],
        attributes: { [LEVEL]: [property(index, START)] },
      }));
      const both = (condition: Condition): Condition => ({
        kind: 'all',
        of: [{ kind: 'any', of: [lamps, { kind: 'type', type: BIN }] }, condition],
      });
      await askInVain(store, both(levelOf(-1)));
      await untilReady();
      await untilReady(1, BIN);
      expect(await idsOf(store.of(''), both(above(2 * MANY - 2)))).toEqual([
        idOf(2 * MANY - 2),
        idOf(2 * MANY - 1),
      ]);
      await hide(4);
      expect(await idsOf(store.of(''), both(levelOf(4)))).toEqual([]);
    });

    it('have one key of an Entity with a long array, and find it whatever is looked up', async () => {
      const store = await open();
      await buildIndex(store);
      const long = Array.from({ length: 5000 }, (_, at) => at + 10_000);
      await store.of('').change(
        idOf(9),
        setting(() => long),
      );
      expect((await documents().findOne({ _id: `|${idOf(9)}` }))?.values).toHaveLength(2);
      expect(await idsOf(store.of(''), lampsWith(levelOf(20)))).toEqual([idOf(9), idOf(20)]);
    });

    it('go when no process has used them for a day, and their keys with the next write', async () => {
      const store = await open();
      const other = await open();
      await buildIndex(store);
      for (let hour = 0; hour < 30; hour++) {
        time += 3600 * SECOND;
        await idsOf(other.of(''), lampsWith(levelOf(5)));
        await store.of('').change(
          idOf(0),
          setting((level) => level + 1),
        );
      }
      await learn(store);
      expect(await indexesOf()).toHaveLength(1);
      await eventually(async () => {
        time += 3600 * SECOND;
        await store.of('').change(
          idOf(0),
          setting((level) => level + 1),
        );
        expect(await indexesOf()).toEqual([]);
      });
      await eventually(async () => {
        await store.of('').change(
          idOf(0),
          setting((level) => level + 1),
        );
        expect((await documents().findOne({ _id: `|${idOf(0)}` }))?.values).toHaveLength(1);
      });
    });
  });

  describe('indexes of values, with several processes', () => {
    it('find what a process writes that does not know of the index, and bring it to the index later', async () => {
      const store = await open();
      const stale = await open();
      await buildIndex(store);
      await stale
        .of('')
        .change('urn:late', creating('urn:late', { attributes: { [LEVEL]: [property(5, time)] } }));
      await stale.of('').change(
        idOf(6),
        setting(() => 5),
      );
      await stale.of('').change(idOf(7), deleting());
      await stale.of('').change(idOf(7), creating(idOf(7), { attributes: { [LEVEL]: [property(5, time)] } }));
      const all = [idOf(5), idOf(6), 'urn:late', idOf(7)];
      const matching = async (): Promise<readonly string[]> => {
        const found = await idsOf(store.of(''), lampsWith(levelOf(5)));
        return all.filter((id) => found.includes(id));
      };
      expect(await matching()).toEqual(all);
      expect(await idsOf(store.of(''), lampsWith(levelOf(4)))).toEqual([
        idOf(4),
        idOf(6),
        'urn:late',
        idOf(7),
      ]);
      time += 61 * SECOND;
      await idsOf(store.of(''), lamps, { limit: 1 });
      await eventually(async () =>
        expect(await idsOf(store.of(''), lampsWith(levelOf(4)))).toEqual([idOf(4)]),
      );
      expect(await matching()).toEqual(all);
    });

    it('lose nothing while they are built and two processes write, one of which does not know of them', async () => {
      const store = await open();
      const stale = await open();
      await createLamps(store, 1100);
      isHeld = true;
      await askInVain(store);
      await eventually(async () => expect(await indexesOf()).toHaveLength(1));
      const step = async (writer: Store, index: number): Promise<void> => {
        await writer.of('').change(
          idOf(index),
          setting(() => 5000 + index),
        );
      };
      await Promise.all([1, 1050].map((index) => step(store, index)));
      await Promise.all([2, 1051].map((index) => step(stale, index)));
      isHeld = false;
      await eventually(async () => {
        release?.();
        expect((await indexesOf()).map(({ isReady }) => isReady)).toEqual([true]);
      });
      await Promise.all([3, 1052].map((index) => step(stale, index)));
      for (const reader of [store, stale, await open()]) {
        expect(await idsOf(reader.of(''), lampsWith(above(5000)))).toEqual(
          expect.arrayContaining([1, 2, 3, 1050, 1051, 1052].map(idOf)),
        );
      }
      await hide(20);
      expect(await idsOf(store.of(''), lampsWith(levelOf(20)))).not.toContain(idOf(20));
    });

    it('find what was written after the index was dropped, for a process that does not know that yet', async () => {
      const store = await open();
      const stale = await open();
      await buildIndex(store);
      await learn(stale);
      await hide(8);
      expect(await idsOf(stale.of(''), lampsWith(levelOf(8)))).toEqual([]);
      const catalogs = client.db().collection<Kept>('documents');
      const found = await catalogs.findOne({ _id: `value-indexes-1||${LAMP}` });
      const later = 'ffffffffffffff-other';
      const body = JSON.stringify({ ...JSON.parse(found?.['body']), generation: later, indexes: [] });
      await catalogs.updateOne({ _id: found?._id ?? '' }, { $set: { body } });
      const fresh = await open();
      await fresh.of('').change(
        idOf(9),
        setting(() => 8),
      );
      expect(await idsOf(stale.of(''), lampsWith(levelOf(8)))).toEqual([idOf(9)]);
      expect(await idsOf(fresh.of(''), lampsWith(levelOf(8)))).toEqual(
        expect.arrayContaining([idOf(8), idOf(9)]),
      );
    });

    it('go on being built by another process when the first one has ended', async () => {
      const store = await open();
      await createLamps(store, 1100);
      isHeld = true;
      await askInVain(store);
      await eventually(async () => expect((await catalogOf()).buildingUntil).toBeGreaterThan(0));
      await store.close();
      isHeld = false;
      time += SECOND;
      const claimed = await open();
      await learn(claimed);
      expect((await indexesOf()).map(({ isReady }) => isReady)).toEqual([false]);
      time += 61 * SECOND;
      const next = await open();
      await untilReady();
      await hide(5);
      expect(await idsOf(next.of(''), lampsWith(levelOf(5)))).toEqual([]);
      expect(await idsOf(next.of(''), lampsWith(levelOf(1099)))).toEqual([idOf(1099)]);
    });

    it('mean the same when two of them want one at the same time', async () => {
      const [store, other] = [await open(), await open()];
      await createLamps(store);
      await Promise.all([askInVain(store), askInVain(other)]);
      await untilReady();
      for (const reader of [store, other]) {
        expect(await idsOf(reader.of(''), lampsWith(levelOf(5)))).toContain(idOf(5));
      }
      expect(await indexesOf()).toHaveLength(1);
    });
  });

  it('gives marks to the Entities of a database from before there were any', async () => {
    const before = await open();
    await createLamps(before);
    await before.close();
    await documents().updateMany({}, { $unset: { values: '' } });
    await client
      .db()
      .collection<Kept>('meta')
      .updateOne({ _id: 'schema' }, { $set: { version: 3 } });
    const store = await open();
    expect((await documents().findOne({ _id: `|${idOf(5)}` }))?.values).toEqual([`|m|${LAMP}|1`]);
    await askInVain(store);
    await untilReady();
    expect(await idsOf(store.of(''), lampsWith(levelOf(5)))).toEqual([idOf(5)]);
  });
});
