import { beforeEach, describe, expect, it } from '@jest/globals';
import { Relay } from '../../../broker/notifications/relay.ts';
import type { Delivery } from '../../../broker/store/delivery.ts';
import { type FakeTime, fakeTime, rest } from './fake-time.ts';
import { keepingLog, record } from './fixtures.ts';
import { type MemoryOutbox, memoryOutbox } from './memory-store.ts';

describe('the relay', () => {
  let time: FakeTime;
  let outbox: MemoryOutbox;
  let delivered: Delivery[];
  const relayOf = (batch = 500) =>
    new Relay({
      outbox,
      onDeliveries: (all) => delivered.push(...all),
      log: keepingLog(),
      timers: time.timers,
      batch,
    });
  const orders = () => delivered.map(({ order }) => Number(order));
  beforeEach(() => {
    time = fakeTime();
    outbox = memoryOutbox();
    delivered = [];
  });

  it('folds what a crash left behind, then what every commit leaves', async () => {
    outbox.commit(record(1, 'urn:a'), record(2, 'urn:b'));
    relayOf().start();
    await rest();
    expect(orders()).toEqual([1, 2]);
    outbox.commit(record(3, 'urn:a'));
    await rest();
    expect(orders()).toEqual([1, 2, 3]);
    expect(outbox.history).toHaveLength(3);
    expect(outbox.records).toEqual([]);
  });

  it('goes on in batches until nothing is left', async () => {
    for (let index = 1; index <= 25; index++) outbox.commit(record(index, 'urn:a'));
    const relay = relayOf(10);
    relay.start();
    await relay.idle();
    expect(orders()).toHaveLength(25);
    expect(outbox.asked.pending).toBe(4);
  });

  it('folds fewer in one step where each notifies many, and never none', async () => {
    const notify = Array.from({ length: 600 }, (_, index) => `urn:s:${index}`);
    const everybody = [...notify, ...notify.map((id) => `${id}-too`)];
    for (let index = 1; index <= 5; index++)
      outbox.commit({ ...record(index, 'urn:a'), notify: index === 3 ? everybody : notify });
    const steps: number[] = [];
    const { fold } = outbox;
    outbox.fold = (records, rows) => {
      steps.push(rows.deliveries.length);
      return fold(records, rows);
    };
    const relay = relayOf();
    relay.start();
    await relay.idle();
    expect(steps).toEqual([600, 600, 1200, 600, 600]);
    expect(delivered).toHaveLength(3600);
  });

  it('asks for nothing while nothing is committed', async () => {
    relayOf().start();
    await time.pass(3_600_000);
    expect(outbox.asked.pending).toBe(1);
    expect(time.waiting()).toBe(0);
  });

  it('hands deliveries on after they are durable only', async () => {
    outbox.isAway = true;
    outbox.commit(record(1, 'urn:a'));
    relayOf().start();
    await time.pass(20_000);
    expect(delivered).toEqual([]);
    outbox.isAway = false;
    await time.pass(5_000);
    expect(orders()).toEqual([1]);
    expect(outbox.rows('pending')).toHaveLength(1);
  });

  it('drains one Entity when asked, each record once, whatever else it does', async () => {
    const relay = relayOf(10);
    for (let index = 1; index <= 35; index++)
      outbox.commit(record(index, index % 2 === 0 ? 'urn:a' : 'urn:b'));
    relay.start();
    await relay.drain('', 'urn:a');
    expect(outbox.records.filter(({ change }) => change.entity?.id === 'urn:a')).toEqual([]);
    await relay.idle();
    expect(orders().sort((one, other) => one - other)).toEqual(
      Array.from({ length: 35 }, (_, index) => index + 1),
    );
  });

  it('lets a drain fail with what the store says, and goes on afterwards', async () => {
    const relay = relayOf();
    outbox.commit(record(1, 'urn:a'));
    outbox.isAway = true;
    await expect(relay.drain('', 'urn:a')).rejects.toMatchObject({ type: 'Unavailable' });
    outbox.isAway = false;
    await relay.drain('', 'urn:a');
    expect(orders()).toEqual([1]);
  });

  it('stops behind the batch in hand and leaves the rest in the store', async () => {
    for (let index = 1; index <= 25; index++) outbox.commit(record(index, 'urn:a'));
    const relay = relayOf(10);
    relay.start();
    await relay.stop();
    outbox.commit(record(26, 'urn:a'));
    await rest();
    expect(orders()).toHaveLength(10);
    expect(outbox.records).toHaveLength(16);
  });

  it('stops at once while it waits for a store that is away', async () => {
    outbox.isAway = true;
    outbox.commit(record(1, 'urn:a'));
    const relay = relayOf();
    relay.start();
    await rest();
    await relay.stop();
    expect(time.waiting()).toBe(0);
  });
});
