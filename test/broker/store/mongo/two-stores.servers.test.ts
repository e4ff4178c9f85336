import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { createMany, creating, LAMP, LEVEL, setting } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { idsOf } from '../contract/pages.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const increment = setting((level) => level + 1, [SUBSCRIPTION]);

describeWith('mongodb', () => {
  let url: string;
  let stores: readonly [Store, Store];
  /** The clock of the second process is behind. */
  const open = (behind = 0) =>
    openMongoStore({ url, now: () => START - behind, cellsOf: () => [], coreContextVersion: 'v1.9' });

  beforeEach(async () => {
    url = freshUrl();
    stores = [await open(), await open(3_000_000)];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(url);
  });

  /** Folds what is pending until there is nothing more. */
  async function foldAll(store: Store): Promise<void> {
    for (;;) {
      const records = await store.outbox.pending(7);
      if (records.length === 0) return;
      await store.outbox.fold(records, foldRecords(records));
    }
  }

  const instances = async () =>
    (await stores[0].of('').temporal.instances(ID, { timeproperty: 'modifiedAt' })).instances.get(LEVEL) ??
    [];

  describe('two processes on one database', () => {
    it('apply each of 40 changes that they make of one Entity at the same time', async () => {
      const [first, second] = stores;
      await first.of('').change(ID, creating(ID));
      const changes = Array.from({ length: 40 }, (_, index) =>
        stores[index % 2 ? 1 : 0].of('').change(ID, increment),
      );
      await Promise.all(changes);
      expect((await second.of('').get(ID))?.attributes[LEVEL]?.[0]?.value).toBe(40);
      const records = await second.outbox.pending(100);
      expect(records.slice(1).map(({ change }) => change.attributes[0]?.after?.value)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    });

    it('lose and repeat nothing when both fold while both write', async () => {
      await stores[0].of('').change(ID, creating(ID));
      let isWriting = true;
      const folding = stores.map(async (store) => {
        while (isWriting) await foldAll(store);
        await foldAll(store);
      });
      for (let round = 0; round < 10; round++) {
        await Promise.all(stores.flatMap((store) => [1, 2].map(() => store.of('').change(ID, increment))));
      }
      isWriting = false;
      await Promise.all(folding);
      expect(await stores[0].outbox.pending(10)).toEqual([]);
      expect((await instances()).map(({ attributeInstance }) => attributeInstance.value)).toEqual(
        Array.from({ length: 41 }, (_, index) => index),
      );
      const deliveries = await stores[1].outbox.deliveries('', SUBSCRIPTION, 100);
      expect(deliveries.map(({ change }) => change.attributes[0]?.after?.value)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    });

    it('let one of them alone create an Entity', async () => {
      const ends = await Promise.allSettled(stores.map((store) => store.of('').change(ID, creating(ID))));
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { type: 'AlreadyExists' },
      });
    });

    it('take away a record that both fold, and no other', async () => {
      const [first, second] = stores;
      await createMany(first.of(''), 30);
      const [one, other] = await Promise.all([first.outbox.pending(20), second.outbox.pending(25)]);
      await Promise.all([
        first.outbox.fold(one, foldRecords(one)),
        second.outbox.fold(other, foldRecords(other)),
      ]);
      expect(await first.outbox.pending(100)).toHaveLength(5);
    });

    it('settle a delivery as the first of them does', async () => {
      await stores[0].of('').change(ID, creating(ID, {}, [SUBSCRIPTION]));
      await foldAll(stores[0]);
      const [delivery] = await stores[1].outbox.deliveries('', SUBSCRIPTION, 1);
      if (!delivery) throw new Error('no delivery');
      await stores[0].outbox.settle([{ delivery, outcome: { kind: 'delivered' } }]);
      await stores[1].outbox.settle([{ delivery, outcome: { kind: 'retry', dueAt: START, error: 'late' } }]);
      await stores[1].outbox.settle([{ delivery, outcome: { kind: 'dead', error: 'late' } }]);
      expect(await stores[0].outbox.deliveries('', SUBSCRIPTION, 1)).toEqual([]);
      expect(await stores[0].outbox.dead.list('', SUBSCRIPTION, { limit: 1 })).toEqual([]);
    });

    it('know at once what they stored themselves, and of the other one what they were given and what preceded it', async () => {
      const [first, second] = stores;
      await first.of('').change(ID, creating(ID, {}, [SUBSCRIPTION]));
      await first.of('').change(ID, increment);
      await foldAll(first);
      const before = second.outbox.horizon();
      const [one, other] = await first.outbox.deliveries('', SUBSCRIPTION, 2);
      if (!one || !other) throw new Error('no deliveries');
      expect([one, other].map(first.outbox.horizon())).toEqual([true, true]);
      await second.outbox.deliveries('', SUBSCRIPTION, 1, one.order);
      expect([one, other].map(second.outbox.horizon())).toEqual([true, true]);
      expect([one, other].map(before)).toEqual([false, false]);
    });

    it('keep what is created by the one with the earlier clock behind what was there', async () => {
      const [first, second] = stores;
      const ids = await createMany(first.of(''), 3);
      await second.of('').change('urn:last', creating('urn:last'));
      expect(await idsOf(first.of(''), { kind: 'type', type: LAMP })).toEqual([...ids, 'urn:last']);
    });

    it('see the other one move a revision, also the one whose clock is behind', async () => {
      const [first, second] = stores;
      await first.documents.create('k', '', 'x', 1);
      const before = await first.documents.revision('k');
      await second.documents.create('k', '', 'y', 1);
      const after = await first.documents.revision('k');
      expect(after).not.toBe(before);
      await second.documents.remove('k', '', 'y');
      expect(await first.documents.revision('k')).not.toBe(after);
      expect(await second.documents.revision('k')).toBe(await first.documents.revision('k'));
    });

    it('provision an equal instance once', async () => {
      const entity = { id: ID, types: [LAMP], scopes: [], createdAt: 1, modifiedAt: 1 };
      const attributeInstance = { kind: 'Property', value: 5, createdAt: 1, modifiedAt: 1 } as const;
      const append = (store: Store, name: string) =>
        store.of('').temporal.append(entity, [
          {
            instanceId: name,
            entityId: ID,
            attribute: LEVEL,
            kind: 'Property',
            createdAt: 1,
            modifiedAt: 1,
            attributeInstance,
          },
        ]);
      await Promise.all(stores.map((store, index) => append(store, `urn:ngsi-ld:Instance:${index}`)));
      expect(await instances()).toHaveLength(1);
    });

    it('share the knowledge of tenants', async () => {
      expect(await stores[1].hasTenant('city')).toBe(false);
      await stores[0].createTenant('city');
      expect(await stores[1].hasTenant('city')).toBe(true);
    });
  });
});
