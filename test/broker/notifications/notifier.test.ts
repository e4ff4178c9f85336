import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Notifier } from '../../../broker/notifications/notifier.ts';
import { rest, START } from './fake-time.ts';
import { delivery, SUBSCRIPTION } from './fixtures.ts';
import { failing, later, notifierUnderTest, ok, unreachable } from './notifier-under-test.ts';

type World = ReturnType<typeof notifierUnderTest>;

const OTHER = 'urn:ngsi-ld:Subscription:other';
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const levelsOf = (world: World, entityId: string) =>
  world
    .items()
    .filter((item) => item.entityId === entityId)
    .map(({ level }) => level);

const levelsTo = (world: World, id: string) =>
  world.sent
    .filter(({ subscriptionId }) => subscriptionId === id)
    .flatMap(({ items }) => items)
    .map(({ level }) => level);

describe('the notifier', () => {
  let world: World;
  let notifier: Notifier;
  beforeEach(() => {
    world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    ({ notifier } = world.start());
  });

  it('takes up at once what was to be tried again by a clock that was set back since', async () => {
    const tomorrow = START + 86_400_000_000;
    const one = delivery(1, 'urn:a', { at: tomorrow });
    world.outbox.store(one);
    const outcome = { kind: 'retry', dueAt: tomorrow + 1_000_000, error: 'away' } as const;
    await world.outbox.settle([{ delivery: one, outcome }]);
    await notifier.recover();
    await world.time.pass(1000);
    expect(world.sent).toHaveLength(1);
    expect(world.outbox.rows('delivered')).toHaveLength(1);
  });

  it('sends each change as it was, in order per Entity, and settles it', async () => {
    world.deliver(notifier, ...range(1, 20).map((index) => delivery(index, `urn:e:${index % 2}`)));
    await rest();
    await world.time.pass(0);
    expect(levelsOf(world, 'urn:e:0')).toEqual(range(1, 10).map((n) => 2 * n));
    expect(levelsOf(world, 'urn:e:1')).toEqual(range(1, 10).map((n) => 2 * n - 1));
    expect(world.outbox.rows('delivered')).toHaveLength(20);
    expect(world.outbox.rows('pending')).toEqual([]);
  });

  it('sends of one Entity one at a time, of several at once', async () => {
    const answers = [later(), later()];
    world.answer = () => answers[world.sent.length - 1]?.answer ?? ok;
    world.deliver(notifier, delivery(1, 'urn:a'), delivery(2, 'urn:a'), delivery(3, 'urn:b'));
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([1, 3]);
    for (const { give } of answers) give(ok);
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([1, 3, 2]);
  });

  it('is not held up by an endpoint that does not answer', async () => {
    world.subscribe(OTHER, {}, { uri: 'http://receiver.example/other' });
    world.answer = ({ uri }) => (uri.endsWith('/other') ? ok : later().answer);
    const both = range(1, 60).flatMap((index) => [
      delivery(index, `urn:e:${index}`),
      delivery(index, `urn:e:${index}`, { subscriptionId: OTHER }),
    ]);
    world.deliver(notifier, ...both);
    await rest();
    await rest();
    expect(world.sent.filter(({ uri }) => uri.endsWith('/other'))).toHaveLength(60);
    expect(world.sent.filter(({ uri }) => uri.endsWith('/notify')).length).toBeLessThanOrEqual(16);
  });

  it('tries again, later each time, and gives up after the last attempt', async () => {
    world.answer = () => failing;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    const counts: number[] = [];
    for (const wait of [999, 1, 1999, 1, 3999, 1, 7999, 1, 60_000]) {
      await world.time.pass(wait);
      counts.push(world.sent.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(world.outbox.rows('dead')).toMatchObject([
      { attempts: 5, lastError: expect.stringContaining('500') },
    ]);
  });

  it('keeps the order within an Entity while it tries again, and others go on', async () => {
    world.answer = ({ items }) => (items[0]?.level === 1 && world.sent.length < 3 ? failing : ok);
    world.deliver(notifier, delivery(1, 'urn:a'), delivery(2, 'urn:a'), delivery(3, 'urn:b'));
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([1, 3]);
    await world.time.pass(1000);
    expect(world.items().map(({ level }) => level)).toEqual([1, 3, 1, 2]);
  });

  it.each([400, 404, 410, 301])('puts what is answered %i aside at once', async (status) => {
    world.answer = ({ items }) => (items[0]?.level === 1 ? { kind: 'answered', status } : ok);
    world.deliver(notifier, delivery(1, 'urn:a'), delivery(2, 'urn:a'));
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([1, 2]);
    expect(world.outbox.rows('dead')).toMatchObject([{ lastError: `the receiver answered ${status}` }]);
  });

  it('waits as long as the receiver asks', async () => {
    world.answer = () =>
      world.sent.length === 1 ? { kind: 'answered', status: 429, retryAfter: 90_000 } : ok;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await world.time.pass(89_999);
    expect(world.sent).toHaveLength(1);
    await world.time.pass(1);
    expect(world.sent).toHaveLength(2);
  });

  it('probes an endpoint that cannot be reached with one sender, and loses nothing however long that lasts', async () => {
    world.answer = () => unreachable;
    world.deliver(notifier, ...range(1, 40).map((index) => delivery(index, `urn:e:${index % 10}`)));
    await world.time.pass(600_000);
    const probes = world.sent.length;
    expect(probes).toBeGreaterThan(50);
    expect(probes).toBeLessThan(80);
    world.answer = () => ok;
    world.sent.length = 0;
    await world.time.pass(10_000);
    for (const n of range(0, 9))
      expect(levelsOf(world, `urn:e:${n}`)).toEqual(range(1, 40).filter((index) => index % 10 === n));
    expect(world.outbox.rows('delivered')).toHaveLength(40);
  });

  it('gives up what has grown too old while its endpoint cannot be reached', async () => {
    world.answer = () => unreachable;
    world.deliver(notifier, ...range(1, 300).map((index) => delivery(index, `urn:e:${index}`)));
    await world.time.pass(3_600_000 + 20_000);
    await rest();
    expect(world.outbox.rows('dead')).toHaveLength(300);
    expect(world.outbox.rows('dead')[0]?.lastError).toContain('too old');
  });

  it('neither sends nor keeps what waits for a Subscription that was paused', async () => {
    world.answer = () => failing;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    world.subscribe(SUBSCRIPTION, { isActive: false });
    await world.time.pass(1000);
    expect(world.sent).toHaveLength(1);
    expect(world.outbox.rows('dead')).toMatchObject([{ lastError: 'the Subscription is paused' }]);
  });

  it('sends to the endpoint that the Subscription has now', async () => {
    world.answer = () => unreachable;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    world.answer = () => ok;
    world.subscribe(SUBSCRIPTION, {}, { uri: 'http://new.example/' });
    await world.time.pass(1000);
    expect(world.sent.map(({ uri }) => uri)).toEqual([
      'http://receiver.example/notify',
      'http://new.example/',
    ]);
  });

  it('outlives a store that is away', async () => {
    const held = later();
    world.answer = () => held.answer;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    world.outbox.isAway = true;
    held.give(ok);
    await world.time.pass(5000);
    expect(world.outbox.rows('delivered')).toEqual([]);
    world.outbox.isAway = false;
    await world.time.pass(1000);
    expect(world.outbox.rows('delivered')).toHaveLength(1);
    expect(world.sent).toHaveLength(1);
  });
});

describe('deleting a Subscription', () => {
  it('ends retries, drops what waits and forgets the counters', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    const { notifier, statuses } = world.start();
    world.answer = () => failing;
    world.deliver(notifier, delivery(1, 'urn:a'), delivery(2, 'urn:a'));
    await rest();
    world.unsubscribe(SUBSCRIPTION);
    await notifier.drop('', SUBSCRIPTION);
    await statuses.remove('', SUBSCRIPTION);
    await world.time.pass(600_000);
    expect(world.sent).toHaveLength(1);
    expect(world.outbox.rows('pending')).toEqual([]);
    expect(await statuses.read('', SUBSCRIPTION)).toBeUndefined();
    expect(notifier.waiting()).toBe(0);
  });

  it('counts nothing for one that takes its id while the last attempt ends', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    const { notifier, statuses } = world.start();
    const held = later();
    world.answer = () => held.answer;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    await notifier.drop('', SUBSCRIPTION);
    await statuses.remove('', SUBSCRIPTION);
    held.give(ok);
    await world.time.pass(2000);
    expect(await statuses.read('', SUBSCRIPTION)).toBeUndefined();
    expect(world.outbox.rows('delivered')).toEqual([]);
  });

  it('elsewhere drops what this process still holds', async () => {
    const world = notifierUnderTest();
    const { notifier } = world.start();
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    expect(world.sent).toEqual([]);
    expect(world.outbox.rows('pending')).toEqual([]);
    expect(notifier.waiting()).toBe(0);
  });
});

describe('throttling', () => {
  it('sends the latest state of every Entity, once a period', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION, { throttling: 10 });
    const { notifier } = world.start();
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    expect(world.items()).toEqual([{ entityId: 'urn:a', level: 1 }]);
    for (const index of range(2, 50)) {
      world.deliver(notifier, delivery(index, index % 2 === 0 ? 'urn:a' : 'urn:b'));
      await rest();
    }
    await world.time.pass(9_900);
    expect(world.sent).toHaveLength(1);
    await world.time.pass(200);
    expect(world.sent.map(({ items }) => items)).toEqual([
      [{ entityId: 'urn:a', level: 1 }],
      [
        { entityId: 'urn:b', level: 49 },
        { entityId: 'urn:a', level: 50 },
      ],
    ]);
    expect(world.outbox.rows('pending')).toEqual([]);
  });

  it('holds over a restart', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION, { throttling: 10 });
    const first = world.start();
    world.deliver(first.notifier, delivery(1, 'urn:a'));
    await world.time.pass(2000);
    await first.notifier.stop(1000);
    const { notifier } = world.start();
    world.deliver(notifier, delivery(2, 'urn:a'));
    await world.time.pass(7_900);
    expect(world.sent).toHaveLength(1);
    await world.time.pass(200);
    expect(world.items().at(-1)).toEqual({ entityId: 'urn:a', level: 2 });
  });

  it('tells of many Entities at a time, whatever waits in memory of other Subscriptions (clause 5.2.12)', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION, { throttling: 10 });
    const { notifier } = world.start();
    const hundredOf = (from: number) =>
      range(from, from + 99).map((index) => delivery(index, `urn:e:${index}`));
    world.deliver(notifier, ...hundredOf(1));
    await rest();
    for (const from of range(1, 8)) world.deliver(notifier, ...hundredOf(from * 100 + 1));
    await world.time.pass(9_900);
    expect(world.sent.map(({ items }) => items.length)).toEqual([100]);
    await world.time.pass(30_000);
    expect(world.sent.map(({ items }) => items.length)).toEqual([100, 800]);
  });

  it('keeps up with more Entities than fit into memory', async () => {
    const world = notifierUnderTest({ perNotification: 10 });
    world.subscribe(SUBSCRIPTION, { throttling: 10 });
    const { notifier } = world.start();
    world.deliver(notifier, ...range(1, 100).map((index) => delivery(index, `urn:e:${index}`)));
    await world.time.pass(1000);
    expect(world.items().map(({ level }) => level)).toEqual(range(1, 100));
    world.deliver(notifier, delivery(101, 'urn:a'));
    await world.time.pass(8_000);
    expect(world.items()).toHaveLength(100);
    await world.time.pass(2_000);
    expect(world.items()).toHaveLength(101);
  });
});

describe('after a crash', () => {
  it('sends what was not settled, in order, under the same identity', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    const first = world.start();
    world.answer = ({ items }) => (items[0]?.level === 1 ? ok : later().answer);
    world.deliver(first.notifier, ...range(1, 4).map((index) => delivery(index, 'urn:a')));
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([1, 2]);
    world.answer = () => ok;
    world.sent.length = 0;
    const { notifier } = world.start();
    await notifier.recover();
    world.deliver(notifier, delivery(5, 'urn:a'));
    await rest();
    expect(world.items().map(({ level }) => level)).toEqual([2, 3, 4, 5]);
  });

  it('keeps the attempts that were made, and when the next one is due', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    world.answer = () => failing;
    world.deliver(world.start().notifier, delivery(1, 'urn:a'));
    await world.time.pass(4000);
    expect(world.sent).toHaveLength(3);
    const { notifier } = world.start();
    await notifier.recover();
    world.answer = () => ({ kind: 'answered', status: 503 });
    await world.time.pass(60_000);
    expect(world.outbox.rows('dead')).toMatchObject([{ attempts: 5 }]);
  });

  it('tries until the store tells what waits', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    world.outbox.store(delivery(1, 'urn:a'));
    world.outbox.isAway = true;
    const { notifier } = world.start();
    await notifier.recover();
    await world.time.pass(3000);
    world.outbox.isAway = false;
    await world.time.pass(1000);
    expect(world.sent).toHaveLength(1);
  });
});

describe('a huge backlog', () => {
  it('stays in the store but for a bounded part, and arrives in order when the endpoint is back', async () => {
    const world = notifierUnderTest({ perSubscription: 20 });
    world.subscribe(SUBSCRIPTION);
    const { notifier } = world.start();
    world.answer = () => unreachable;
    const all = range(1, 2000).map((index) => delivery(index, `urn:e:${index % 7}`));
    for (const one of all) world.deliver(notifier, one);
    await rest();
    expect(notifier.waiting()).toBeLessThanOrEqual(20);
    world.answer = () => ok;
    world.sent.length = 0;
    await world.time.pass(10_000);
    while (world.outbox.rows('pending').length > 0) await rest();
    for (const n of range(0, 6))
      expect(levelsOf(world, `urn:e:${n}`)).toEqual(range(1, 2000).filter((index) => index % 7 === n));
  });

  it('of one Entity that its receiver refuses does not hold up the others', async () => {
    const world = notifierUnderTest({ perSubscription: 20 });
    world.subscribe(SUBSCRIPTION);
    const { notifier } = world.start();
    world.answer = ({ items }) => (items[0]?.entityId === 'urn:bad' ? failing : ok);
    for (const index of range(1, 500)) {
      world.deliver(notifier, delivery(2 * index, 'urn:bad'), delivery(2 * index + 1, `urn:e:${index}`));
      if (index % 10 === 0) await rest();
    }
    await rest();
    expect(world.items().filter(({ entityId }) => entityId !== 'urn:bad')).toHaveLength(500);
  });

  it('of many Subscriptions shares one bound, and each goes on', async () => {
    const world = notifierUnderTest({ overall: 50, perSubscription: 20 });
    const ids = range(1, 20).map((n) => `urn:ngsi-ld:Subscription:${n}`);
    for (const id of ids) world.subscribe(id, {}, { uri: `http://receiver.example/${id}` });
    const { notifier } = world.start();
    world.answer = () => unreachable;
    for (const index of range(1, 100))
      world.deliver(
        notifier,
        ...ids.map((subscriptionId) => delivery(index, `urn:e:${index}`, { subscriptionId })),
      );
    await rest();
    expect(notifier.waiting()).toBeLessThan(50 + 20 + 2 * 20);
    world.answer = () => ok;
    await world.time.pass(10_000);
    while (world.outbox.rows('pending').length > 0) await rest();
    expect(world.outbox.rows('delivered')).toHaveLength(2000);
    expect(notifier.waiting()).toBe(0);
  });
});

describe('stopping', () => {
  it('lets what is being sent end, writes it down and starts nothing more', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    const { notifier } = world.start();
    const held = later();
    world.answer = () => held.answer;
    world.deliver(notifier, delivery(1, 'urn:a'), delivery(2, 'urn:a'));
    await rest();
    const stopping = notifier.stop(1000);
    held.give(ok);
    await stopping;
    expect(world.outbox.rows('delivered').map(({ change }) => change.entity?.id)).toEqual(['urn:a']);
    await world.time.pass(60_000);
    expect(world.sent).toHaveLength(1);
    expect(world.outbox.rows('pending')).toHaveLength(1);
  });

  it('waits no longer than it was told', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    const { notifier } = world.start();
    world.answer = () => later().answer;
    world.deliver(notifier, delivery(1, 'urn:a'));
    await rest();
    let isStopped = false;
    const stopping = notifier.stop(1000).then(() => {
      isStopped = true;
    });
    await world.time.pass(999);
    expect(isStopped).toBe(false);
    await world.time.pass(1);
    await stopping;
    expect(isStopped).toBe(true);
  });
});

describe('several processes on one store', () => {
  it('deliver each to its own Subscriptions, whoever stored the deliveries', async () => {
    const world = notifierUnderTest();
    const both = [SUBSCRIPTION, OTHER];
    for (const id of both) world.subscribe(id);
    const [one, two] = [
      world.join((id) => id === SUBSCRIPTION).notifier,
      world.join((id) => id === OTHER).notifier,
    ];
    const share = () => Promise.all([one.share(), two.share()]);
    for (const index of range(1, 40)) {
      const stored = both.map((subscriptionId) => delivery(index, 'urn:a', { subscriptionId }));
      world.outbox.store(...stored);
      (index % 2 === 0 ? one : two).accept(stored);
      if (index % 7 === 0) await share();
    }
    await rest();
    await share();
    while (world.outbox.rows('pending').length > 0) await rest();
    expect(levelsTo(world, SUBSCRIPTION)).toEqual(range(1, 40));
    expect(levelsTo(world, OTHER)).toEqual(range(1, 40));
  });

  it('hand a Subscription over: the one lets go of what waits, the other takes it up', async () => {
    const world = notifierUnderTest();
    world.subscribe(SUBSCRIPTION);
    let owner = 1;
    const [one, two] = [world.join(() => owner === 1).notifier, world.join(() => owner === 2).notifier];
    world.answer = () => unreachable;
    world.deliver(one, delivery(1, 'urn:a'), delivery(2, 'urn:a'));
    await rest();
    owner = 2;
    world.answer = () => ok;
    await Promise.all([one.share(), two.share()]);
    await world.time.pass(10_000);
    expect(world.items().map(({ level }) => level)).toEqual([1, 1, 2]);
    expect(one.waiting()).toBe(0);
  });
});
