import { describe, expect, it } from '@jest/globals';
import type { DeadLetter } from '../../../../broker/store/dead-letters.ts';
import type { Delivery } from '../../../../broker/store/delivery.ts';
import { createNotifying } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const SECOND = 1_000_000;

export function deadLetterContract(open: OpenStore): void {
  describe('dead letters', () => {
    const harness = freshStore(open);
    const outbox = () => harness.store.outbox;
    const list = (page: object = {}) => outbox().dead.list('', SUBSCRIPTION, { limit: 100, ...page });
    const idsOf = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);
    const waiting = async () => outbox().deliveries('', SUBSCRIPTION, 100);

    /** Deliveries of new Entities, each to every one of the Subscriptions. */
    async function deliver(
      count: number,
      subscriptionIds: readonly string[] = [SUBSCRIPTION],
      tenant = '',
    ): Promise<readonly Delivery[]> {
      await createNotifying(harness.store.of(tenant), count);
      const records = await outbox().pending(2000);
      const deliveries = records.flatMap(({ stamp, at, change }) =>
        subscriptionIds.map((subscriptionId) => ({
          ...{ id: `${stamp}/${subscriptionId}`, tenant, subscriptionId, order: stamp, at, change },
          entityId: change.entity?.id ?? '',
          correlationId: 'c-1',
        })),
      );
      await outbox().fold(records, { history: [], deliveries });
      return deliveries;
    }

    async function kill(deliveries: readonly Delivery[], error = 'HTTP 400'): Promise<void> {
      await outbox().settle(deliveries.map((delivery) => ({ delivery, outcome: { kind: 'dead', error } })));
    }

    /** As many as given, the last of them the first to die, a second between each. */
    async function deadOnes(count: number): Promise<readonly Delivery[]> {
      const deliveries = [...(await deliver(count))].reverse();
      for (const delivery of deliveries) {
        harness.advance(SECOND);
        await kill([delivery]);
      }
      return deliveries;
    }

    it('are listed by when they died, without what they tell of', async () => {
      const died = await deadOnes(3);
      await harness.reopen();
      const letters = await list();
      expect(idsOf(letters)).toEqual(idsOf(died));
      const [first] = died as [Delivery];
      const { change, ...known } = first;
      expect(letters[0]).toEqual({
        ...known,
        diedAt: harness.time() - 2 * SECOND,
        attempts: 1,
        lastError: 'HTTP 400',
      });
    });

    it('are listed page by page, also where many died at once, and since a time', async () => {
      await kill(await deliver(5));
      const all = await list();
      const pages: (readonly DeadLetter[])[] = [];
      for (let after: DeadLetter | undefined; ; after = pages.at(-1)?.at(-1)) {
        const page = await list({ limit: 2, ...(after && { after }) });
        if (page.length === 0) break;
        pages.push(page);
      }
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(all);
      const diedAt = harness.time();
      expect(await list({ since: diedAt })).toHaveLength(5);
      expect(await list({ since: diedAt + 1 })).toEqual([]);
      expect(await list({ since: diedAt, after: all[3] as DeadLetter })).toEqual(all.slice(4));
      expect(await list({ since: diedAt + 1, after: all[3] as DeadLetter })).toEqual([]);
    });

    it('name their Subscriptions, one after the other, of one tenant', async () => {
      const deliveries = await deliver(2, ['urn:s:2', 'urn:s:1', 'urn:s:10|x', 'urn:s:4']);
      await kill(deliveries.filter(({ subscriptionId }) => subscriptionId !== 'urn:s:4'));
      await kill(await deliver(1, ['urn:s:3'], 'city'));
      const named: string[] = [];
      for (let id = await outbox().dead.next(''); id !== undefined; id = await outbox().dead.next('', id))
        named.push(id);
      expect([...named].sort()).toEqual(['urn:s:1', 'urn:s:10|x', 'urn:s:2']);
      expect(await outbox().dead.next('city')).toBe('urn:s:3');
      expect(await outbox().dead.next('nowhere')).toBeUndefined();
    });

    it('are given one at a time with what they tell of', async () => {
      const [first] = (await deadOnes(2)) as [Delivery];
      await harness.reopen();
      expect(await outbox().dead.get('', SUBSCRIPTION, first.order)).toMatchObject({
        id: first.id,
        diedAt: harness.time() - SECOND,
        change: { entity: { id: first.entityId } },
      });
      expect(await outbox().dead.get('', SUBSCRIPTION, `${first.order}0`)).toBeUndefined();
      expect(await outbox().dead.get('', 'urn:s:2', first.order)).toBeUndefined();
      expect(await outbox().dead.get('city', SUBSCRIPTION, first.order)).toBeUndefined();
    });

    it('go back to their place among the pending ones, as if never tried, once', async () => {
      const deliveries = await deliver(3);
      const [first, second, third] = deliveries as [Delivery, Delivery, Delivery];
      await kill([first, third]);
      const letters = await list();
      harness.advance(SECOND);
      const replay = () => outbox().dead.replay('', SUBSCRIPTION, letters);
      expect(await replay()).toBe(2);
      expect(await replay()).toBe(0);
      await harness.reopen();
      const found = await waiting();
      expect(idsOf(found)).toEqual(idsOf([first, second, third]));
      expect(found.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
      expect(found[0]).toMatchObject({ replayedAt: harness.time(), change: { kind: 'created' } });
      expect(found[0]?.lastError).toBeUndefined();
      expect(found[1]?.replayedAt).toBeUndefined();
      expect(await list()).toEqual([]);
      expect(await outbox().subscriptionsWithDeadLetters()).toEqual([]);
    });

    it('can be delivered, tried again and die again after that', async () => {
      await kill(await deliver(2));
      const letters = await list();
      await outbox().dead.replay('', SUBSCRIPTION, letters);
      const [first, second] = await waiting();
      const dueAt = harness.time() + SECOND;
      await outbox().settle([
        { delivery: first as Delivery, outcome: { kind: 'delivered' } },
        { delivery: second as Delivery, outcome: { kind: 'retry', dueAt, error: 'HTTP 503' } },
      ]);
      expect(await waiting()).toMatchObject([{ id: second?.id, attempts: 1, dueAt }]);
      harness.advance(SECOND);
      await kill([second as Delivery], 'HTTP 410');
      expect(await list()).toMatchObject([
        { id: second?.id, attempts: 2, diedAt: harness.time(), lastError: 'HTTP 410' },
      ]);
      // What was asked of its earlier death is not for this one.
      expect(await outbox().dead.replay('', SUBSCRIPTION, letters)).toBe(0);
      expect(await outbox().dead.drop('', SUBSCRIPTION, letters)).toBe(0);
    });

    it('are dropped for good, those that are named', async () => {
      const [first, second] = (await deadOnes(2)) as [Delivery, Delivery];
      const [letter] = await list();
      const drop = () => outbox().dead.drop('', SUBSCRIPTION, [letter as DeadLetter]);
      expect(await outbox().dead.drop('', 'urn:s:2', [letter as DeadLetter])).toBe(0);
      expect([await drop(), await drop()]).toEqual([1, 0]);
      expect(idsOf(await list())).toEqual([second.id]);
      expect(await outbox().dead.get('', SUBSCRIPTION, first.order)).toBeUndefined();
      expect(await outbox().dead.drop('', SUBSCRIPTION, [])).toBe(0);
      expect(await outbox().dead.replay('', SUBSCRIPTION, [])).toBe(0);
    });

    it('leave with their Subscription', async () => {
      await deadOnes(2);
      await outbox().dropDeliveries('', SUBSCRIPTION);
      expect(await list()).toEqual([]);
      expect(await outbox().dead.next('')).toBeUndefined();
    });
  });
}
