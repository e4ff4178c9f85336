import { describe, expect, it } from '@jest/globals';
import { DeliveryBudget } from '../../../broker/notifications/delivery-budget.ts';
import { DeliveryWindow } from '../../../broker/notifications/delivery-window.ts';
import type { StoredDelivery } from '../../../broker/store/store.ts';
import { eventually } from '../../support/eventually.ts';
import { change, delivery, lamp, SUBSCRIPTION, stampOf } from './fixtures.ts';

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
