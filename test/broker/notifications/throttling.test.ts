import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Notifier } from '../../../broker/notifications/notifier.ts';
import { rest } from './fake-time.ts';
import { delivery, SUBSCRIPTION } from './fixtures.ts';
import { later, notifierUnderTest, ok } from './notifier-under-test.ts';

/** Subscriptions with `throttling` (table 5.2.12-1): the last value of a burst is not lost. */
describe('throttling', () => {
  let world: ReturnType<typeof notifierUnderTest>;
  let notifier: Notifier;
  beforeEach(() => {
    world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION, { throttling: 10 });
    ({ notifier } = world.start());
  });

  const levels = () => world.sent.map(({ items }) => items.map(({ level }) => level));
  const deliver = async (...indexes: readonly number[]): Promise<void> => {
    for (const index of indexes) {
      world.deliver(notifier, delivery(index, 'urn:a'));
      await rest();
    }
  };
  const patch = async (throttling: number | undefined): Promise<void> => {
    world.subscribe(SUBSCRIPTION, throttling === undefined ? {} : { throttling });
    notifier.resume({ tenant: '', subscriptionId: SUBSCRIPTION });
    await rest();
  };

  it('makes two notifications of a burst of three: the first value and the last', async () => {
    await deliver(1, 2, 3);
    await world.time.pass(9_999);
    expect(levels()).toEqual([[1]]);
    await world.time.pass(1);
    expect(levels()).toEqual([[1], [3]]);
    await world.time.pass(60_000);
    expect(levels()).toEqual([[1], [3]]);
    expect(world.outbox.rows('pending')).toEqual([]);
  });

  it('keeps the last value of the burst over a restart in the middle of the period', async () => {
    await deliver(1, 2, 3);
    await world.time.pass(4_000);
    await notifier.stop(1000);
    ({ notifier } = world.start());
    await notifier.recover();
    await world.time.pass(5_900);
    expect(levels()).toEqual([[1]]);
    await world.time.pass(200);
    expect(levels()).toEqual([[1], [3]]);
  });

  it('lasts fractions of a second', async () => {
    await patch(0.25);
    await deliver(1, 2, 3);
    await world.time.pass(249);
    expect(levels()).toEqual([[1]]);
    await world.time.pass(1);
    expect(levels()).toEqual([[1], [3]]);
  });

  it('that is made shorter, longer or taken away counts at once for what waits', async () => {
    await deliver(1, 2, 3);
    await world.time.pass(3_000);
    await patch(5);
    await world.time.pass(1_999);
    expect(levels()).toEqual([[1]]);
    await world.time.pass(1);
    expect(levels()).toEqual([[1], [3]]);
    await deliver(4);
    await patch(20);
    await world.time.pass(19_999);
    expect(levels()).toHaveLength(2);
    await world.time.pass(1);
    expect(levels()).toEqual([[1], [3], [4]]);
    await deliver(5);
    await patch(undefined);
    expect(levels()).toEqual([[1], [3], [4], [5]]);
  });

  it('that comes while changes wait one by one lets what waits of an Entity go first', async () => {
    await patch(undefined);
    const slow = later();
    world.answer = () => slow.answer;
    await deliver(1, 2, 3);
    await patch(10);
    await deliver(4);
    world.answer = () => ok;
    slow.give(ok);
    await rest();
    await world.time.pass(60_000);
    expect(levels().flat()).toEqual([1, 2, 3, 4]);
  });

  it('that goes while a notification of many is under way lets nothing overtake it', async () => {
    const slow = later();
    world.answer = () => slow.answer;
    await deliver(1, 2);
    await patch(undefined);
    await deliver(3);
    expect(levels()).toEqual([[1]]);
    world.answer = () => ok;
    slow.give(ok);
    await world.time.pass(60_000);
    expect(levels().flat()).toEqual([1, 3]);
    expect(world.outbox.rows('pending')).toEqual([]);
  });
});
