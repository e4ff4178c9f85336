import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DeliveryBudget } from '../../../broker/notifications/delivery-budget.ts';
import { weightOf } from '../../../broker/notifications/delivery-weight.ts';
import { DeliveryWindow, type DeliveryWindowParts } from '../../../broker/notifications/delivery-window.ts';
import type { Delivery, StoredDelivery } from '../../../broker/store/delivery.ts';
import { change, delivery, lamp, SUBSCRIPTION, stampOf } from './fixtures.ts';
import { type MemoryOutbox, memoryOutbox } from './memory-store.ts';

type Step = 'commit' | 'store' | 'settle' | 'refill' | 'turn';

// Many of one Entity, so that it is often left behind.
const entities = fc.constantFrom(0, 1, 1, 1, 1, 1, 2, 3);
const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step>('commit', 'store', 'store', 'store', 'store', 'settle', 'settle', 'refill', 'turn'),
    entities,
  ),
  { minLength: 20, maxLength: 400 },
);

const settings = fc.record({ size: fc.integer({ min: 2, max: 30 }), isShared: fc.boolean() });

/** Changes that were committed, each with the next stamp, and are not stored yet, as if their writer had been stopped. */
function pendingChanges() {
  const orders = new Map<number, string[]>();
  let committed = 0;
  return {
    commit: (entity: number): void => {
      committed += 1;
      orders.set(entity, [...(orders.get(entity) ?? []), stampOf(committed)]);
    },
    take: (entity: number): readonly string[] => {
      const taken = orders.get(entity) ?? [];
      orders.delete(entity);
      return taken;
    },
  };
}

/** The outbox for one who stores nothing there: what it has he knows by what he was given; ids grow with time here. */
function seenByAnother(outbox: MemoryOutbox): DeliveryWindowParts['outbox'] {
  let last = '';
  return {
    deliveries: async (...asked) => {
      const page = await outbox.deliveries(...asked);
      last = [last, ...page.map(({ id }) => id)].sort().at(-1) ?? last;
      return page;
    },
    horizon: () => {
      const end = last;
      return ({ id }) => id <= end;
    },
  };
}

/** Of Entity 3: it weighs as much as four others. */
const large = change(lamp('urn:e:3', { text: 'x'.repeat(4 * 4096 - 200) }));
const LARGE = Math.ceil(weightOf(large));

interface Setting {
  /** The weight that the window may hold. */
  readonly size: number;
  /** Whether others store the deliveries, who do not tell which. */
  readonly isShared: boolean;
}

/** Plays the steps on such a window: stores deliveries of four Entities, settles what came in, reads on. */
async function play({ size, isShared }: Setting, plan: readonly (readonly [Step, number])[]) {
  const outbox = memoryOutbox();
  const taken: StoredDelivery[] = [];
  const open: Delivery[] = [];
  let most = 0;
  const window = new DeliveryWindow(
    { tenant: '', subscriptionId: SUBSCRIPTION },
    {
      outbox: isShared ? seenByAnother(outbox) : outbox,
      budget: new DeliveryBudget({ perSubscription: size }).of(() => false),
      onDelivery: (one) => {
        taken.push(one);
        open.push(one);
        most = Math.max(
          most,
          open.reduce((sum, each) => sum + weightOf(each.change), 0),
        );
      },
    },
  );
  const stored: Delivery[] = [];
  const pending = pendingChanges();
  const settleOne = async (which: number) => {
    const [one] = open.splice(open.length === 0 ? 0 : which % open.length, 1);
    if (!one) return;
    await outbox.settle([{ delivery: one, outcome: { kind: 'delivered' } }]);
    window.forget(one);
    void window.refill();
  };
  const actions: Record<Step, (number: number) => unknown> = {
    commit: pending.commit,
    store: (entity) => {
      pending.commit(entity);
      for (const order of pending.take(entity)) {
        const more = { order, ...(entity === 3 && { change: { ...large } }) };
        const one = delivery(stored.length + 1, `urn:e:${entity}`, more);
        stored.push(one);
        outbox.store(one);
        if (!isShared) window.offer(one);
      }
    },
    settle: settleOne,
    refill: () => {
      if (isShared) window.expectOthers();
      void window.refill();
    },
    turn: () => new Promise(setImmediate),
  };
  for (const [step, number] of plan) await actions[step](number);
  for (const entity of [0, 1, 2, 3]) actions.store(entity);
  actions.refill(0);
  await window.refill();
  for (let turn = 0; !window.isEmpty() && turn < 5000; turn++) {
    if (open.length === 0) await new Promise(setImmediate);
    await settleOne(0);
  }
  return { stored, taken, most };
}

describe('a window on the deliveries of a Subscription', () => {
  it('gives every delivery once, in commit order within an Entity, and never holds more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (setting, plan) => {
        const { stored, taken, most } = await play(setting, plan);
        expect(taken.map(({ id }) => id).sort()).toEqual(stored.map(({ id }) => id).sort());
        // The last one that comes in may be large.
        expect(most).toBeLessThan(setting.size + LARGE);
        for (const entity of [0, 1, 2, 3]) {
          const orders = taken
            .filter(({ entityId }) => entityId === `urn:e:${entity}`)
            .map(({ order }) => order);
          expect(orders).toEqual([...orders].sort());
        }
      }),
      { numRuns: 500 },
    );
  });
});
