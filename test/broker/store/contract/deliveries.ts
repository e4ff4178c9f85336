import { describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../../../broker/store/delivery.ts';
import type { ChangeRecord } from '../../../../broker/store/outbox.ts';
import { createNotifying, creating } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';

function deliveryOf(record: ChangeRecord, subscriptionId = SUBSCRIPTION): Delivery {
  return {
    id: `urn:ngsi-ld:Notification:${record.stamp}-${subscriptionId}`,
    tenant: record.tenant,
    subscriptionId,
    entityId: record.change.entity?.id ?? '',
    order: record.stamp,
    at: record.at,
    change: record.change,
  };
}

export function deliveryContract(open: OpenStore): void {
  describe('deliveries', () => {
    const harness = freshStore(open);
    const outbox = () => harness.store.outbox;
    const dead = (limit = 100, tenant = '') => outbox().dead.list(tenant, SUBSCRIPTION, { limit });
    const waiting = (after?: string) => outbox().deliveries('', SUBSCRIPTION, 100, after);

    /** Creates Entities and folds each record into a delivery. */
    async function deliver(count: number): Promise<readonly Delivery[]> {
      await createNotifying(harness.store.of(''), count);
      const records = await outbox().pending(2000);
      const deliveries = records.map((record) => deliveryOf(record));
      await outbox().fold(records, { history: [], deliveries });
      return deliveries;
    }

    it('wait in order, with the change as it was, also after opening again', async () => {
      const deliveries = await deliver(5);
      await harness.reopen();
      const found = await waiting();
      expect(found).toMatchObject(deliveries.map(({ id, order, entityId }) => ({ id, order, entityId })));
      expect(found.map(({ change }) => change.entity?.id)).toEqual(
        deliveries.map(({ entityId }) => entityId),
      );
      expect(found[0]?.attempts).toBe(0);
    });

    it('hold the Entity in full when their record notified', async () => {
      const id = 'urn:x:1';
      const entity = await harness.store.of('').change(id, creating(id, {}, [SUBSCRIPTION]));
      await harness.reopen();
      const records = await outbox().pending(1);
      const delivery = { ...deliveryOf(records[0] as ChangeRecord), correlationId: 'c-1' };
      await outbox().fold(records, { history: [], deliveries: [delivery] });
      await harness.reopen();
      expect(await waiting()).toMatchObject([{ correlationId: 'c-1', change: { entity } }]);
    });

    it('are given behind a cursor and at most limit at a time', async () => {
      const deliveries = await deliver(5);
      expect((await outbox().deliveries('', SUBSCRIPTION, 2)).map(({ id }) => id)).toEqual(
        deliveries.slice(0, 2).map(({ id }) => id),
      );
      expect((await waiting(deliveries[2]?.order)).map(({ id }) => id)).toEqual(
        deliveries.slice(3).map(({ id }) => id),
      );
    });

    it('are given fewer at a time where they are large, and all of them in the end', async () => {
      const text = 'x'.repeat(3_000_000);
      for (let n = 0; n < 8; n += 1) {
        const id = `urn:x:${n}`;
        const map = [{ kind: 'Property', value: text, createdAt: 0, modifiedAt: 0 }] as const;
        await harness.store
          .of('')
          .change(id, creating(id, { attributes: { 'urn:map': map } }, [SUBSCRIPTION]));
        const records = await outbox().pending(1);
        await outbox().fold(records, {
          history: [],
          deliveries: records.map((record) => deliveryOf(record)),
        });
      }
      const found = [...(await waiting())];
      expect(found.length).toBeLessThan(8);
      for (let page = found; page.length > 0; found.push(...page))
        page = [...(await waiting(found.at(-1)?.order))];
      expect(found.map(({ entityId }) => entityId)).toEqual(
        Array.from({ length: 8 }, (_, n) => `urn:x:${n}`),
      );
    });

    it('are within the horizon of the one that stored them', async () => {
      await deliver(3);
      const horizon = outbox().horizon();
      expect((await waiting()).map(horizon)).toEqual([true, true, true]);
    });

    it('are made once, though the records are folded twice', async () => {
      await createNotifying(harness.store.of(''), 3);
      const records = await outbox().pending(10);
      const rows = { history: [], deliveries: records.map((record) => deliveryOf(record)) };
      await outbox().fold(records, rows);
      await outbox().settle([{ delivery: rows.deliveries[0] as Delivery, outcome: { kind: 'delivered' } }]);
      await outbox().fold(records, rows);
      expect(await waiting()).toHaveLength(2);
    });

    it('leave the queue when delivered, and come no more after opening again', async () => {
      const [first, second] = (await deliver(2)) as [Delivery, Delivery];
      await outbox().settle([{ delivery: first, outcome: { kind: 'delivered' } }]);
      await harness.reopen();
      expect((await waiting()).map(({ id }) => id)).toEqual([second.id]);
    });

    it('stay in their place when to be tried again, with attempts, time and error', async () => {
      const [first, second] = (await deliver(2)) as [Delivery, Delivery];
      const dueAt = harness.time() + 5_000_000;
      const retry = { delivery: first, outcome: { kind: 'retry', dueAt, error: 'HTTP 503' } } as const;
      await outbox().settle([retry]);
      await outbox().settle([retry]);
      await harness.reopen();
      expect(await waiting()).toMatchObject([
        { id: first.id, attempts: 2, dueAt, lastError: 'HTTP 503' },
        { id: second.id, attempts: 0 },
      ]);
    });

    it('become dead letters, kept until they are dropped', async () => {
      const [first, second] = (await deliver(2)) as [Delivery, Delivery];
      await outbox().settle([{ delivery: first, outcome: { kind: 'dead', error: 'HTTP 400' } }]);
      expect((await waiting()).map(({ id }) => id)).toEqual([second.id]);
      await harness.reopen();
      expect(await dead()).toMatchObject([{ id: first.id, lastError: 'HTTP 400', attempts: 1 }]);
      expect(await dead(100, 'other')).toEqual([]);
      await outbox().dropDeliveries('', SUBSCRIPTION);
      expect(await dead()).toEqual([]);
      expect(await waiting()).toEqual([]);
    });

    it('are forgotten as dead letters by age and by number, those that died first, of one Subscription', async () => {
      const deliveries = await deliver(6);
      // The last to be made are the first to die, two at a time.
      for (const two of [deliveries.slice(4), deliveries.slice(2, 4), deliveries.slice(0, 2)]) {
        harness.advance(1_000_000);
        await outbox().settle(
          two.map((delivery) => ({ delivery, outcome: { kind: 'dead', error: 'HTTP 404' } })),
        );
      }
      const died = harness.time();
      const kept = async () => (await dead()).map(({ id }) => id).sort();
      const idsOf = (some: readonly Delivery[]) => some.map(({ id }) => id);
      const forget = (since: number, most: number, subscription = SUBSCRIPTION, tenant = '') =>
        outbox().forgetDeadLetters(tenant, subscription, { since, most });
      expect(await outbox().subscriptionsWithDeadLetters()).toEqual([
        { tenant: '', subscriptionId: SUBSCRIPTION },
      ]);
      expect(await forget(died - 2_000_000, 6)).toBe(false);
      await forget(died + 1, 0, 'urn:s:2');
      await forget(died + 1, 0, SUBSCRIPTION, 'other');
      expect(await kept()).toEqual(idsOf(deliveries));
      expect(await forget(died - 1_000_000, 6)).toBe(false);
      expect(await kept()).toEqual(idsOf(deliveries.slice(0, 4)));
      await harness.reopen();
      expect(await forget(0, 3)).toBe(false);
      // Of those that died at one time the first made.
      expect(await kept()).toEqual(idsOf([...deliveries.slice(0, 2), ...deliveries.slice(3, 4)]));
      await forget(0, 0);
      expect(await kept()).toEqual([]);
      expect(await outbox().subscriptionsWithDeadLetters()).toEqual([]);
    });

    it('are forgotten in pieces where many dead letters are beyond the limits', async () => {
      const deliveries = await deliver(1150);
      await outbox().settle(
        deliveries.map((delivery) => ({ delivery, outcome: { kind: 'dead', error: 'HTTP 404' } })),
      );
      const limits = { since: 0, most: 50 };
      let pieces = 1;
      while (await outbox().forgetDeadLetters('', SUBSCRIPTION, limits)) pieces += 1;
      expect(pieces).toBe(2);
      expect((await dead(2000)).map(({ id }) => id)).toEqual(deliveries.slice(-50).map(({ id }) => id));
    });

    it('are not brought back by an outcome that comes after they were dropped', async () => {
      const [first, second] = (await deliver(2)) as [Delivery, Delivery];
      await outbox().dropDeliveries('', SUBSCRIPTION);
      await outbox().settle([
        { delivery: first, outcome: { kind: 'retry', dueAt: harness.time(), error: 'late' } },
        { delivery: second, outcome: { kind: 'dead', error: 'late' } },
      ]);
      expect(await waiting()).toEqual([]);
      expect(await dead()).toEqual([]);
      expect(await outbox().subscriptionsWithDeliveries()).toEqual([]);
    });

    it('name the Subscriptions that have some, of every tenant', async () => {
      await createNotifying(harness.store.of(''), 2);
      await createNotifying(harness.store.of('city'), 2);
      const records = await outbox().pending(10);
      const deliveries = records.flatMap((record) => [deliveryOf(record), deliveryOf(record, 'urn:s:2')]);
      await outbox().fold(records, { history: [], deliveries });
      const named = async () =>
        (await outbox().subscriptionsWithDeliveries())
          .map(({ tenant, subscriptionId }) => `${tenant} ${subscriptionId}`)
          .sort();
      expect(await named()).toEqual([` ${SUBSCRIPTION}`, ' urn:s:2', `city ${SUBSCRIPTION}`, 'city urn:s:2']);
      await outbox().dropDeliveries('', 'urn:s:2');
      await outbox().settle(
        deliveries
          .filter(({ tenant, subscriptionId }) => tenant === 'city' && subscriptionId === SUBSCRIPTION)
          .map((delivery) => ({ delivery, outcome: { kind: 'delivered' } })),
      );
      expect(await named()).toEqual([` ${SUBSCRIPTION}`, 'city urn:s:2']);
    });

    it('name each Subscription once, whether many have some or some have many', async () => {
      await createNotifying(harness.store.of(''), 1);
      const [record] = await outbox().pending(1);
      if (!record) throw new Error('no record');
      const ids = Array.from({ length: 150 }, (_, n) => `urn:s:${n}`);
      const deliveries = ids.flatMap((subscriptionId, n) =>
        Array.from({ length: n % 50 === 0 ? 130 : 1 }, (_, index) => {
          const order = `${record.stamp}-${String(index).padStart(3, '0')}`;
          return { ...deliveryOf(record, subscriptionId), id: `${order}/${subscriptionId}`, order };
        }),
      );
      await outbox().fold([record], { history: [], deliveries });
      const named = await outbox().subscriptionsWithDeliveries();
      expect(named.map(({ subscriptionId }) => subscriptionId).sort()).toEqual([...ids].sort());
    });
  });
}
