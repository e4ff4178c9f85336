import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Notifier } from '../../../broker/notifications/notifier.ts';
import { rest } from './fake-time.ts';
import { delivery, SUBSCRIPTION } from './fixtures.ts';
import { failing, notifierUnderTest, ok } from './notifier-under-test.ts';

describe('dead letters that are taken back', () => {
  let world: ReturnType<typeof notifierUnderTest>;
  let notifier: Notifier;
  beforeEach(() => {
    world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    notifier = world.start().notifier;
  });
  const levels = () => world.items().map(({ level }) => level);

  /** The first change of an Entity is refused and put aside. */
  async function refuseFirst(): Promise<void> {
    world.answer = () => ({ kind: 'answered', status: 400 });
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    world.answer = () => ok;
  }

  async function replay(): Promise<void> {
    await world.outbox.dead.replay('', SUBSCRIPTION, world.outbox.rows('dead').map(toName));
    notifier.lookFor({ tenant: '', subscriptionId: SUBSCRIPTION });
    await rest();
  }

  it('go out at once', async () => {
    await refuseFirst();
    await replay();
    expect(levels()).toEqual([1, 1]);
    expect(world.outbox.rows('delivered')).toHaveLength(1);
  });

  it('go out before what waits of their Entity', async () => {
    await refuseFirst();
    world.answer = () => failing;
    world.deliver(notifier, delivery(2, 'urn:a'), delivery(3, 'urn:a'));
    await rest();
    world.answer = () => ok;
    await replay();
    await world.time.pass(60_000);
    expect(levels()).toEqual([1, 2, 1, 2, 3]);
  });

  it('are superseded by what waits under throttling: the last value stays the last', async () => {
    await refuseFirst();
    world.subscribe(SUBSCRIPTION, { throttling: 5 });
    world.deliver(notifier, delivery(2, 'urn:a'));
    await rest();
    await replay();
    await world.time.pass(60_000);
    expect(levels()).toEqual([1, 2]);
    expect(world.outbox.rows('pending')).toEqual([]);
  });

  it('are left to the process that delivers to the Subscription', async () => {
    await refuseFirst();
    const other = world.join(() => false).notifier;
    await world.outbox.dead.replay('', SUBSCRIPTION, world.outbox.rows('dead').map(toName));
    other.lookFor({ tenant: '', subscriptionId: SUBSCRIPTION });
    await rest();
    expect(levels()).toEqual([1]);
  });
});

function toName({ id, order }: { readonly id: string; readonly order: string }) {
  return { id, order, diedAt: 0 };
}
