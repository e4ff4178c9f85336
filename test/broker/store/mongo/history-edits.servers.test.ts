import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import type { HistoryEntityDocument } from '../../../../broker/store/mongo/history-document.ts';
import { openStoreOn } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { TemporalStore } from '../../../../broker/store/temporal-store.ts';
import { connectMongo, type MongoConnection } from '../../../../runtime/mongo/connect.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { eventually } from '../../../support/eventually.ts';
import { creating, LAMP, LEVEL, setting } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';
import { type LossyProxy, lossyProxy } from './lossy-proxy.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const OTHER = 'urn:ngsi-ld:Lamp:other';
const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const increment = setting((level) => level + 1);

describeWith('mongodb', () => {
  let url: string;
  let time: number;
  let proxy: LossyProxy;
  let connections: MongoConnection[];
  /** The first reaches the server through the proxy. */
  let stores: Store[];

  async function open(storeUrl: string): Promise<Store> {
    const connection = await connectMongo({ url: storeUrl, defaultDatabase: '' });
    const store = await openStoreOn(connection, {
      now: () => time,
      cellsOf: () => [],
      coreContextVersion: 'v1.9',
    });
    store.setDrain(async (tenant, entityId) => {
      while ((await fold(store, { tenant, entityId })) > 0);
    });
    connections.push(connection);
    stores.push(store);
    return store;
  }

  async function fold(
    store: Store,
    of?: { readonly tenant: string; readonly entityId: string },
  ): Promise<number> {
    const records = await store.outbox.pending(100, of);
    await store.outbox.fold(records, foldRecords(records));
    return records.length;
  }

  beforeEach(async () => {
    time = START;
    url = freshUrl();
    connections = [];
    stores = [];
    proxy = await lossyProxy(url);
    await open(proxy.url);
    await open(url);
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await proxy.goAway();
    await dropDatabase(url);
  });

  const storeOf = (index: number): Store => stores[index] as Store;
  const temporal = (index = 1): TemporalStore => storeOf(index).of('').temporal;
  const change = (...of: Parameters<ReturnType<Store['of']>['change']>) =>
    storeOf(1)
      .of('')
      .change(...of);
  const values = async () => {
    const { instances } = await temporal().instances(ID, { timeproperty: 'modifiedAt' });
    return (instances.get(LEVEL) ?? []).map(({ attributeInstance }) => attributeInstance.value);
  };
  const firstInstance = async () => {
    const { instances } = await temporal().instances(ID, { timeproperty: 'modifiedAt' });
    return instances.get(LEVEL)?.[0]?.instanceId ?? '';
  };
  const rowsOf = (id: string) =>
    (connections[1] as MongoConnection).database
      .collection('instances')
      .countDocuments({ entity: `|${id}`, attribute: { $exists: true } });
  const removalsOf = async (id: string): Promise<readonly unknown[] | undefined> => {
    const { database } = connections[1] as MongoConnection;
    const known = await database
      .collection<HistoryEntityDocument>('historyEntities')
      .findOne({ _id: `|${id}` });
    return known?.removals;
  };
  const histories = () =>
    (connections[1] as MongoConnection).database.collection('historyEntities').countDocuments();
  /** Lets time pass, and folds something of another Entity, with which comes what is done from time to time. */
  const letPass = async (micros: number) => {
    time += micros;
    await change(OTHER, time < START + HOUR ? creating(OTHER) : increment);
    await fold(storeOf(1));
  };

  /** Each with what it leaves of the levels 0 and 1, of which the instance has the first. */
  const edits: readonly (readonly [
    string,
    (store: TemporalStore, instanceId: string) => Promise<boolean>,
    readonly unknown[],
  ])[] = [
    ['removeEntity', (store) => store.removeEntity(ID), []],
    ['removeAttribute of all', (store) => store.removeAttribute(ID, LEVEL, 'all'), []],
    ['removeAttribute of a dataset', (store) => store.removeAttribute(ID, LEVEL, {}), []],
    ['removeInstance', (store, instanceId) => store.removeInstance(ID, LEVEL, instanceId), [1]],
    ['replaceInstance', (store, instanceId) => add(store, instanceId, 99), [99, 1]],
  ];
  const add = (store: TemporalStore, instanceId: string, more: number) =>
    store.replaceInstance(ID, LEVEL, instanceId, (old) => ({
      ...old,
      attributeInstance: { ...old.attributeInstance, value: Number(old.attributeInstance.value) + more },
    }));

  describe('what another process folds late', () => {
    it.each(edits)('is not brought back after %s; what was changed since is there', async (_, edit, left) => {
      await change(ID, creating(ID));
      await change(ID, increment);
      const records = await storeOf(0).outbox.pending(10);
      expect(await edit(temporal(), await firstInstance())).toBe(true);
      expect(await values()).toEqual(left);
      const known = await temporal().getEntity(ID);
      await change(ID, increment);
      await storeOf(0).outbox.fold(records, foldRecords(records));
      expect(await values()).toEqual([...left, 2]);
      await storeOf(0).outbox.fold(records, foldRecords(records));
      expect(await values()).toEqual([...left, 2]);
      expect((await temporal().getEntity(ID))?.modifiedAt).toBeGreaterThan(known?.modifiedAt ?? 0);
    });

    it('is not brought back by a row that is on its way while all else was done', async () => {
      await change(ID, creating(ID));
      const held = proxy.hold('insert');
      const folding = fold(storeOf(0));
      const letThrough = await held;
      await folding;
      await temporal().removeEntity(ID);
      await letPass(2 * MINUTE);
      await eventually(async () => expect(await rowsOf(ID)).toBe(0));
      await letThrough();
      expect(await rowsOf(ID)).toBe(1);
      expect(await values()).toEqual([]);
      expect(await temporal().getEntity(ID)).toBeUndefined();
      expect((await temporal().candidates({ types: [LAMP], limit: 9 })).entities).toMatchObject([
        { id: OTHER },
      ]);
      await letPass(2 * HOUR);
      await eventually(async () => expect(await histories()).toBe(1));
      expect(await rowsOf(ID)).toBe(0);
    });
  });

  describe('a process that ends after an edit', () => {
    it('leaves the rows to others, who delete them', async () => {
      await change(ID, creating(ID));
      await temporal(0).removeAttribute(ID, LEVEL, 'all');
      await storeOf(0).close();
      expect(await values()).toEqual([]);
      expect(await rowsOf(ID)).toBe(1);
      await change(ID, increment);
      expect(await values()).toEqual([1]);
      await letPass(2 * MINUTE);
      await eventually(async () => expect(await rowsOf(ID)).toBe(1));
      await letPass(2 * HOUR);
      await eventually(async () => expect(await removalsOf(ID)).toBeUndefined());
      expect(await values()).toEqual([1]);
    });

    it('has taken away all or nothing when its request was still on the way', async () => {
      await change(ID, creating(ID));
      await fold(storeOf(1));
      const held = proxy.hold('update');
      const removal = temporal(0).removeAttribute(ID, LEVEL, 'all');
      const letThrough = await held;
      expect([[0], []]).toContainEqual(await values());
      expect(await removal).toBe(true);
      await change(ID, increment);
      await letThrough();
      expect(await values()).toEqual([1]);
    });
  });

  describe('an edit whose reply is lost', () => {
    it.each(edits)('is done once, and says so: %s', async (_, edit, left) => {
      await change(ID, creating(ID));
      await change(ID, increment);
      const instanceId = await firstInstance();
      proxy.loseReplyTo('update');
      expect(await edit(temporal(0), instanceId)).toBe(true);
      expect(await values()).toEqual(left);
    });
  });

  describe('edits of two processes at once', () => {
    it('take something away once', async () => {
      await change(ID, creating(ID));
      await fold(storeOf(1));
      for (const edit of [
        (store: TemporalStore) => store.removeAttribute(ID, LEVEL, 'all'),
        (store: TemporalStore) => store.removeEntity(ID),
      ]) {
        const answers = await Promise.all([temporal(0), temporal(1)].map(edit));
        expect(answers.sort()).toEqual([false, true]);
      }
    });

    it('both apply to one instance', async () => {
      await change(ID, creating(ID));
      const instanceId = await firstInstance();
      await Promise.all(Array.from({ length: 10 }, (_, index) => add(temporal(index % 2), instanceId, 1)));
      expect(await values()).toEqual([10]);
    });

    it('leave nothing of many removals behind', async () => {
      const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
      const attributes = Array.from({ length: 105 }, (_, index) => `urn:attribute:${index}`);
      const attributeInstance = { kind: 'Property', value: 5, createdAt: 1, modifiedAt: 1 } as const;
      await temporal().append(
        entity,
        attributes.map((attribute) => ({
          instanceId: `urn:ngsi-ld:Instance:${attribute}`,
          entityId: ID,
          attribute,
          kind: 'Property',
          createdAt: 1,
          modifiedAt: 1,
          attributeInstance,
        })),
      );
      for (const attribute of attributes)
        expect(await temporal().removeAttribute(ID, attribute, 'all')).toBe(true);
      expect((await temporal().instances(ID, { timeproperty: 'modifiedAt' })).instances.size).toBe(0);
      expect((await removalsOf(ID))?.length).toBeLessThanOrEqual(100);
    });
  });
});
