import { describe, expect, it } from '@jest/globals';
import { rest } from './fake-time.ts';
import { delivery, SUBSCRIPTION } from './fixtures.ts';
import { failing, later, notifierUnderTest, ok } from './notifier-under-test.ts';

const LAMP = 'urn:e:1';
const both = { one: true, other: false };

/** Two processes and which of them has the Subscription; everything is sent to one receiver. */
function twoProcesses() {
  const world = notifierUnderTest();
  world.subscribe(SUBSCRIPTION);
  const owners = { ...both };
  const one = world.join(() => owners.one).notifier;
  const other = world.join(() => owners.other).notifier;
  return { world, owners, one, other, levels: () => world.items().map(({ level }) => level) };
}

describe('a Subscription that changes hands', () => {
  it('is sent nothing more by the process that lost it, though it has not looked since', async () => {
    const { world, owners, one, other, levels } = twoProcesses();
    const first = later();
    world.answer = ({ items }) => (items[0]?.level === 1 ? first.answer : ok);
    world.deliver(one, ...[1, 2, 3].map((n) => delivery(n, LAMP)));
    await rest();
    expect(levels()).toEqual([1]);
    // As a process that was held up, and took over from: the others know, it does not yet.
    owners.one = false;
    owners.other = true;
    world.answer = () => ok;
    await other.share();
    await rest();
    first.give(ok);
    await rest();
    expect(levels()).toEqual([1, 1, 2, 3]);
    expect(one.waiting()).toBe(0);
  });

  it('is not sent again what is still being sent when it comes back', async () => {
    const { world, owners, one, levels } = twoProcesses();
    const first = later();
    world.answer = ({ items }) => (items[0]?.level === 1 ? first.answer : ok);
    world.deliver(one, ...[1, 2].map((n) => delivery(n, LAMP)));
    await rest();
    owners.one = false;
    await one.share();
    owners.one = true;
    await one.share();
    await rest();
    expect(levels()).toEqual([1]);
    first.give(ok);
    await rest();
    await one.share();
    await rest();
    expect(levels()).toEqual([1, 2]);
  });

  it('is not sent again what was sent while the store was away, once it comes back', async () => {
    const { world, owners, one, levels } = twoProcesses();
    const first = later();
    world.answer = () => first.answer;
    world.deliver(one, ...[1, 2].map((n) => delivery(n, LAMP)));
    await rest();
    world.outbox.isAway = true;
    first.give(ok);
    await rest();
    // Without a sign of life it delivers nothing, and has it again as soon as the store answers.
    owners.one = false;
    await one.share();
    await world.time.pass(30_000);
    world.answer = () => ok;
    world.outbox.isAway = false;
    owners.one = true;
    await one.share();
    await world.time.pass(2000);
    await one.share();
    await rest();
    expect(levels()).toEqual([1, 2]);
    expect(world.outbox.rows('delivered')).toHaveLength(2);
  });

  it('keeps its period under throttling, also when the process that sent last was killed right after', async () => {
    const { world, owners, one, other, levels } = twoProcesses();
    world.subscribe(SUBSCRIPTION, { throttling: 60 });
    world.deliver(one, delivery(1, LAMP));
    await rest();
    expect(world.outbox.rows('delivered')).toHaveLength(1);
    owners.one = false;
    owners.other = true;
    world.deliver(other, delivery(2, LAMP));
    await world.time.pass(59_000);
    expect(levels()).toEqual([1]);
    await world.time.pass(1000);
    expect(levels()).toEqual([1, 2]);
  });

  it('is sent to twice when two believe that it is theirs, and no more than that', async () => {
    const { world, owners, one, other, levels } = twoProcesses();
    owners.other = true;
    world.deliver(one, ...[1, 2].map((n) => delivery(n, LAMP)));
    await other.share();
    await rest();
    expect(levels().sort()).toEqual([1, 1, 2, 2]);
    await one.share();
    await other.share();
    await rest();
    expect(levels()).toHaveLength(4);
  });
});

describe('a process among several', () => {
  it('finds what others stored though the backlog of another Subscription is still being read', async () => {
    const { world, one, levels } = twoProcesses();
    world.subscribe('urn:s:slow');
    const { deliveries } = world.outbox;
    world.outbox.deliveries = (tenant, id, ...rest) =>
      id === 'urn:s:slow' ? new Promise(() => undefined) : deliveries(tenant, id, ...rest);
    world.outbox.store({ ...delivery(1, LAMP), id: '1/slow', subscriptionId: 'urn:s:slow' });
    void one.share();
    await rest();
    for (let level = 2; level < 12; level++) {
      world.outbox.store(delivery(level, LAMP));
      void one.share();
      await rest();
    }
    expect(levels()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('sends nothing more of a Subscription that another one deleted, and keeps nothing of it', async () => {
    const { world, one } = twoProcesses();
    world.answer = () => failing;
    world.deliver(one, ...[1, 2, 3].map((n) => delivery(n, LAMP)));
    await rest();
    expect(one.waiting()).toBe(3);
    world.unsubscribe(SUBSCRIPTION);
    one.forget({ tenant: '', subscriptionId: SUBSCRIPTION });
    expect(one.waiting()).toBe(0);
    await world.time.pass(60_000);
    expect(world.sent).toHaveLength(1);
  });
});
