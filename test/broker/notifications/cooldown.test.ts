import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Notifier } from '../../../broker/notifications/notifier.ts';
import type { SendResult } from '../../../broker/notifications/retry-policy.ts';
import { rest } from './fake-time.ts';
import { delivery, SUBSCRIPTION } from './fixtures.ts';
import { failing, later, notifierUnderTest, ok, unreachable } from './notifier-under-test.ts';

const refused: SendResult = { kind: 'answered', status: 400 };

describe('the cooldown of an endpoint (clause 5.2.15)', () => {
  let world: ReturnType<typeof notifierUnderTest>;
  let notifier: Notifier;
  beforeEach(() => {
    world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION, {}, { cooldown: 20_000.5 });
    ({ notifier } = world.start());
  });

  it.each([
    ['refused', refused],
    ['failed', failing],
    ['could not be reached', unreachable],
  ])(
    'keeps all Entities from it, for the whole time, after a notification that %s',
    async (_case, answer) => {
      world.answer = () => answer;
      world.deliver(notifier, delivery(1, 'urn:a'));
      await rest();
      world.answer = () => ok;
      world.deliver(notifier, delivery(2, 'urn:b'), delivery(3, 'urn:c'));
      await world.time.pass(20_000);
      expect(world.sent).toHaveLength(1);
      await world.time.pass(20_000);
      const levels = world.items().map(({ level }) => level);
      expect(levels.slice(1).sort()).toEqual(answer === refused ? [2, 3] : [1, 2, 3]);
    },
  );

  it('counts from the failure, not from when the notification was sent', async () => {
    const slow = later();
    world.answer = () => slow.answer;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await world.time.pass(15_000);
    world.answer = () => ok;
    slow.give(refused);
    await rest();
    world.deliver(notifier, delivery(2, 'urn:b'));
    await world.time.pass(20_000);
    expect(world.sent).toHaveLength(1);
    await world.time.pass(1);
    expect(world.sent).toHaveLength(2);
  });

  it('begins anew with every failure, and ends with a success', async () => {
    world.answer = () => refused;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await world.time.pass(10_000);
    world.deliver(notifier, delivery(2, 'urn:b'));
    await world.time.pass(10_001);
    expect(world.sent).toHaveLength(2);
    world.answer = () => ok;
    world.deliver(notifier, delivery(3, 'urn:c'));
    await world.time.pass(20_000);
    expect(world.sent).toHaveLength(2);
    await world.time.pass(1);
    world.deliver(notifier, delivery(4, 'urn:d'));
    await rest();
    expect(world.sent).toHaveLength(4);
  });

  it('is not that of another endpoint, which the Subscription has now', async () => {
    world.answer = () => refused;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    world.subscribe(SUBSCRIPTION, {}, { uri: 'http://other.example/', cooldown: 20_000 });
    world.deliver(notifier, delivery(2, 'urn:b'));
    await rest();
    expect(world.sent).toHaveLength(2);
  });
});
