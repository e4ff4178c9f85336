import { describe, expect, it } from '@jest/globals';
import { DeliveryBudget } from '../../../broker/notifications/delivery-budget.ts';
import { DeliveryWindow } from '../../../broker/notifications/delivery-window.ts';
import type { StoredDelivery } from '../../../broker/store/delivery.ts';
import { eventually } from '../../support/eventually.ts';
import { change, delivery, lamp, SUBSCRIPTION, stampOf } from './fixtures.ts';
import { memoryOutbox } from './memory-store.ts';

/** A window on a store that holds so many deliveries of one Entity and answers without a turn of the event loop. */
function windowOn(
  count: number,
  entityOf: (index: number) => string = () => 'urn:e:1',
  contentOf: (index: number) => Partial<StoredDelivery> = () => ({}),
) {
  const storedAs = (index: number): StoredDelivery => ({
    ...delivery(index + 1, entityOf(index), { order: stampOf(index + 1), ...contentOf(index) }),
    attempts: 0,
    dueAt: 0,
  });
  const stored: StoredDelivery[] = Array.from({ length: count }, (_, index) => storedAs(index));
  const settled = new Set<string>();
  const read: number[] = [];
  /** What happens whenever a page is read, or a delivery comes in. */
  const meanwhile = { page: (): void => undefined, delivery: (): void => undefined };
  const taken: StoredDelivery[] = [];
  const budget = new DeliveryBudget();
  const window = new DeliveryWindow(
    { tenant: '', subscriptionId: SUBSCRIPTION },
    {
      outbox: {
        deliveries: async (_tenant, _subscription, limit, after = '') => {
          const page = stored.filter(({ id, order }) => order > after && !settled.has(id)).slice(0, limit);
          read.push(page.length);
          meanwhile.page();
          return page;
        },
        horizon: () => () => true,
      },
      budget: budget.of(() => false),
      onDelivery: (one) => {
        taken.push(one);
        meanwhile.delivery();
      },
    },
  );
  const first = stored[0] as StoredDelivery;
  const settle = (one: StoredDelivery): void => {
    settled.add(one.id);
    window.forget(one);
  };
  const storeOne = (): void => {
    const one = storedAs(stored.length);
    stored.push(one);
    window.offer(one);
  };
  /** What another process has committed but not stored yet: the very first. */
  const storeBehind = { hide: () => void settled.add(first.id), show: () => void settled.delete(first.id) };
  let seen = 0;
  /** What came in since the last call, of Entities that are not stuck. */
  const openOnes = (): readonly StoredDelivery[] => {
    const found = taken.slice(seen).filter(({ entityId }) => entityId !== 'urn:stuck');
    seen = taken.length;
    return found;
  };
  return { window, budget, taken, settle, read, meanwhile, storeOne, storeBehind, openOnes };
}

describe('a window on a long backlog', () => {
  it('lets others come in while it reads through what it cannot take', async () => {
    const { window, taken } = windowOn(2000);
    window.expectMore();
    let isRead = false;
    const reading = window.refill().then(() => {
      isRead = true;
    });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(isRead).toBe(false);
    await reading;
    expect(taken).toHaveLength(8);
  });

  it('reads little more than what it takes when one Entity goes on', async () => {
    const { window, taken, settle, read } = windowOn(500);
    window.expectMore();
    await window.refill();
    read.length = 0;
    for (const one of taken.slice(0, 4)) settle(one);
    await window.refill();
    expect(taken).toHaveLength(12);
    expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(16);
  });

  it('does not read the backlog of an Entity that is stuck again while others go on', async () => {
    const { window, taken, settle, read, storeOne, openOnes } = windowOn(5000, (index) =>
      index < 5000 ? 'urn:stuck' : `urn:e:${index % 3}`,
    );
    window.expectMore();
    await window.refill();
    read.length = 0;
    for (let burst = 0; burst < 20; burst++) {
      for (let n = 0; n < 300; n++) storeOne();
      for (let open = openOnes(); open.length > 0; open = openOnes()) {
        for (const one of open) settle(one);
        await window.refill();
      }
    }
    expect(taken).toHaveLength(8 + 6000);
    // Each of the 6000 about once, and none of the 5000 over and over.
    expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(20_000);
  });

  it('comes to its end however often it is told meanwhile that others stored more', async () => {
    const { window, taken, read, meanwhile } = windowOn(3001, (index) =>
      index < 3000 ? 'urn:stuck' : 'urn:e:last',
    );
    meanwhile.page = () => {
      if (read.length < 200) window.expectOthers();
    };
    window.expectOthers();
    const reading = window.refill();
    await eventually(() => expect(taken.map(({ entityId }) => entityId)).toContain('urn:e:last'));
    expect(read.length).toBeLessThan(60);
    meanwhile.page = () => undefined;
    await reading;
  });

  it('is read once more when others stored more behind the place that was read', async () => {
    const { window, taken, read, meanwhile, storeBehind } = windowOn(300, (index) =>
      index === 0 ? 'urn:e:late' : 'urn:stuck',
    );
    storeBehind.hide();
    meanwhile.page = () => {
      if (read.length !== 2) return;
      storeBehind.show();
      window.expectOthers();
    };
    window.expectOthers();
    await window.refill();
    expect(taken.map(({ entityId }) => entityId)).toContain('urn:e:late');
  });

  it('holds few where Entities are large, and reads little more than that', async () => {
    const large = (index: number) => ({
      change: change(lamp(`urn:e:${index}`, { map: 'x'.repeat(100_000) })),
    });
    const { window, taken, settle, read } = windowOn(300, (index) => `urn:e:${index}`, large);
    window.expectMore();
    await window.refill();
    expect(taken.length).toBeGreaterThan(1);
    expect(taken.length).toBeLessThan(10);
    for (let one = 0; one < taken.length; one += 1) {
      settle(taken[one] as StoredDelivery);
      await window.refill();
    }
    expect(taken).toHaveLength(300);
    expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(700);
  });

  it('takes nothing more and keeps nothing when it is closed in the middle of a page', async () => {
    const { window, budget, taken, meanwhile } = windowOn(100, (index) => `urn:e:${index}`);
    meanwhile.delivery = () => {
      if (taken.length === 3) window.close();
    };
    window.expectMore();
    await window.refill();
    expect(taken).toHaveLength(3);
    expect(budget.used()).toBe(0);
  });
});

describe('a window on what several processes store', () => {
  it('takes nothing before what precedes it of its Entity, though that is stored where it has read already', async () => {
    const outbox = memoryOutbox();
    const taken: string[] = [];
    const window = new DeliveryWindow(
      { tenant: '', subscriptionId: SUBSCRIPTION },
      { outbox, budget: new DeliveryBudget().of(() => false), onDelivery: ({ id }) => taken.push(id) },
    );
    const of = (index: number, entityId: string) => delivery(index, entityId, { order: stampOf(index) });
    const [first, between, second] = [of(1, 'urn:e:1'), of(2, 'urn:e:2'), of(3, 'urn:e:1')] as const;
    outbox.store(between);
    window.expectOthers();
    const reading = window.refill();
    // The page under way has been read, and does not show them: the next one begins between them.
    outbox.store(first, second);
    await reading;
    expect(taken).toEqual([between.id, first.id, second.id]);
    expect(window.hasMore()).toBe(false);
  });

  it('takes what is met behind a place where an Entity was left no sooner', async () => {
    const outbox = memoryOutbox();
    const taken: StoredDelivery[] = [];
    const window = new DeliveryWindow(
      { tenant: '', subscriptionId: SUBSCRIPTION },
      { outbox, budget: new DeliveryBudget().of(() => false), onDelivery: (one) => taken.push(one) },
    );
    const of = (index: number, entityId = 'urn:e:1') => delivery(index, entityId, { order: stampOf(index) });
    outbox.store(...Array.from({ length: 10 }, (_, n) => of(n + 1)), of(20, 'urn:e:2'));
    window.expectOthers();
    await window.refill();
    expect(taken).toHaveLength(9);
    for (const one of taken.slice(0, 8)) {
      await outbox.settle([{ delivery: one, outcome: { kind: 'delivered' } }]);
      window.forget(one);
    }
    const reading = window.refill();
    outbox.store(of(11), of(30));
    await reading;
    expect(taken.slice(9).map(({ order }) => order)).toEqual([9, 10, 11, 30].map((n) => stampOf(n)));
  });
});
