import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../../../broker/store/delivery.ts';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { ChangeRecord } from '../../../../broker/store/outbox.ts';
import type { Store } from '../../../../broker/store/store.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { createMany, creating, deleting, LEVEL, setting } from '../contract/entities.ts';
import { START } from '../contract/harness.ts';
import { dropDatabase, freshUrl } from './fresh-database.ts';
import { type LossyProxy, lossyProxy } from './lossy-proxy.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const increment = setting((level) => level + 1);

describeWith('mongodb', () => {
  let url: string;
  let proxy: LossyProxy;
  let store: Store;
  const tenant = () => store.of('');
  /** Reads that are asked for in each of the next turns of the event loop. */
  const readsOfTurns = async (turns: number): Promise<readonly Promise<unknown>[]> => {
    const reads: Promise<unknown>[] = [];
    for (let turn = 0; turn < turns; turn++) {
      reads.push(tenant().get(ID));
      await setImmediate();
    }
    return reads;
  };
  const level = async (id = ID) => (await tenant().get(id))?.attributes[LEVEL]?.[0]?.value;

  beforeEach(async () => {
    url = freshUrl();
    proxy = await lossyProxy(url);
    store = await openMongoStore({
      url: proxy.url,
      now: () => START,
      cellsOf: () => [],
      coreContextVersion: 'v1.9',
    });
  });
  afterEach(async () => {
    await store.close();
    await proxy.goAway();
    await dropDatabase(url);
  });

  describe('a server that goes away', () => {
    it('leaves no read without an answer, in whatever turn of the event loop it was asked', async () => {
      await tenant().change(ID, creating(ID));
      // Many connections, of which some are idle when they break.
      await Promise.all(Array.from({ length: 40 }, () => store.ping()));
      const [reads] = await Promise.all([readsOfTurns(200), proxy.goAway()]);
      const outcomes = await Promise.allSettled(reads);
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(reasons).not.toEqual([]);
      expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ type: 'Unavailable' })));
      await proxy.comeBack();
      expect(await level()).toBe(0);
    });
  });

  describe('a write whose reply is lost', () => {
    it('is not applied again: an update', async () => {
      await tenant().change(ID, creating(ID));
      proxy.loseReplyTo('update');
      await tenant().change(ID, increment);
      expect(await level()).toBe(1);
      expect(await store.outbox.pending(10)).toHaveLength(2);
    });

    it('is not applied again: a creation, which does not find itself', async () => {
      await tenant().change('urn:other', creating('urn:other'));
      proxy.loseReplyTo('insert');
      expect((await tenant().change(ID, creating(ID))).id).toBe(ID);
      proxy.loseReplyTo('update');
      await tenant().change(ID, deleting());
      expect(await store.outbox.pending(10)).toHaveLength(3);
    });

    it('is not applied again: several calls on several Entities in one turn', async () => {
      const ids = await createMany(tenant(), 20);
      proxy.loseReplyTo('update');
      await Promise.all([...ids, ...ids].map((id) => tenant().change(id, increment)));
      expect(await Promise.all(ids.map(level))).toEqual(ids.map(() => 2));
      expect(await store.outbox.pending(100)).toHaveLength(60);
    });

    it('is recognised though another process wrote since', async () => {
      await tenant().change(ID, creating(ID));
      const other = await openMongoStore({
        url,
        now: () => START,
        cellsOf: () => [],
        coreContextVersion: 'v1.9',
      });
      proxy.loseReplyTo('update');
      const mine = tenant().change(ID, increment);
      await Promise.all(Array.from({ length: 5 }, () => other.of('').change(ID, increment)));
      await mine;
      expect(await level()).toBe(6);
      await other.close();
    });

    it('does not count when it arrives after it was done again', async () => {
      await tenant().change(ID, creating(ID));
      const held = proxy.hold('update');
      const change = tenant().change(ID, increment);
      const letThrough = await held;
      await change;
      await letThrough();
      expect(await level()).toBe(1);
      expect(await store.outbox.pending(10)).toHaveLength(2);
    });
  });

  describe('documents', () => {
    const count = (body: unknown) => (body as number) + 1;

    it('are created, changed and removed once though replies are lost', async () => {
      const { documents } = store;
      proxy.loseReplyTo('insert');
      expect(await documents.create('k', '', 'x', 0)).toBe(true);
      proxy.loseReplyTo('update');
      expect(await documents.update('k', '', 'x', count)).toBe(1);
      proxy.loseReplyTo('update');
      expect(await documents.remove('k', '', 'x')).toBe(true);
      expect(await documents.get('k', '', 'x')).toBeUndefined();
    });
  });

  describe('the outbox', () => {
    const toDelivery = ({ tenant, stamp, at, change }: ChangeRecord): Delivery => ({
      id: stamp,
      tenant,
      subscriptionId: 'urn:s',
      entityId: ID,
      order: stamp,
      at,
      change,
    });

    it('folds and settles once though replies are lost', async () => {
      await tenant().change(ID, creating(ID, {}, ['urn:s']));
      const records = await store.outbox.pending(10);
      const deliveries = records.map(toDelivery);
      proxy.loseReplyTo('insert');
      await store.outbox.fold(records, { history: [], deliveries });
      expect(await store.outbox.pending(10)).toEqual([]);
      proxy.loseReplyTo('update');
      const outcome = { kind: 'retry', dueAt: START, error: 'HTTP 503' } as const;
      await store.outbox.settle(deliveries.map((delivery) => ({ delivery, outcome })));
      expect(await store.outbox.deliveries('', 'urn:s', 10)).toMatchObject([{ attempts: 1 }]);
    });
  });

  describe('while the server is away', () => {
    it('everything is refused with Unavailable in a few seconds, and goes on afterwards', async () => {
      await tenant().change(ID, creating(ID));
      await proxy.goAway();
      const unavailable = expect.objectContaining({ type: 'Unavailable' });
      const refused = await Promise.allSettled([
        store.ping(),
        tenant().get(ID),
        tenant().change(ID, increment),
        store.documents.put('k', '', 'x', 1),
        store.outbox.pending(1),
        store.hasTenant('city'),
        tenant().temporal.getEntity(ID),
      ]);
      expect(refused).toEqual(refused.map(() => ({ status: 'rejected', reason: unavailable })));
      await proxy.comeBack();
      await tenant().change(ID, increment);
      expect(await level()).toBe(1);
    });
  });
});
