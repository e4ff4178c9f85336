import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotificationStatuses } from '../../../broker/notifications/notification-status.ts';
import { type FakeTime, fakeTime, rest } from './fake-time.ts';
import { keepingLog } from './fixtures.ts';
import { type MemoryDocuments, memoryDocuments } from './memory-store.ts';

describe('the counters of Subscriptions', () => {
  let time: FakeTime;
  let documents: MemoryDocuments;
  let statuses: NotificationStatuses;
  const start = () => new NotificationStatuses({ documents, timers: time.timers, log: keepingLog() });
  beforeEach(() => {
    time = fakeTime();
    documents = memoryDocuments();
    statuses = start();
  });

  it('are unknown before the first attempt', async () => {
    expect(await statuses.read('', 'urn:s')).toBeUndefined();
  });

  it('tell of every attempt, also of the last moment', async () => {
    statuses.record('', 'urn:s', { at: 10 });
    statuses.record('', 'urn:s', { at: 20, error: 'the receiver answered 500' });
    statuses.record('', 'urn:s', { at: 30 });
    expect(await statuses.read('', 'urn:s')).toEqual({
      timesSent: 3,
      timesFailed: 1,
      lastNotification: 30,
      lastSuccess: 30,
      lastFailure: 20,
      lastError: 'the receiver answered 500',
    });
  });

  it('are written once a second, not once an attempt, and without timers while nothing is sent', async () => {
    for (let at = 0; at < 1000; at++) statuses.record('', 'urn:s', { at });
    expect(documents.asked.update).toBe(0);
    await time.pass(1000);
    expect(documents.asked.update).toBe(1);
    await time.pass(60_000);
    expect(documents.asked.update).toBe(1);
    expect(time.waiting()).toBe(0);
  });

  it('go on after a restart, and add up what several processes count', async () => {
    const other = start();
    statuses.record('', 'urn:s', { at: 50 });
    await statuses.stop();
    other.record('', 'urn:s', { at: 40, error: 'x' });
    await other.stop();
    expect(await start().read('', 'urn:s')).toMatchObject({
      timesSent: 2,
      timesFailed: 1,
      lastNotification: 50,
      lastSuccess: 50,
      lastFailure: 40,
    });
  });

  it('tell why the latest failure came about, whoever counts it first', async () => {
    statuses.record('', 'urn:s', { at: 10, error: 'the first' });
    statuses.record('', 'urn:s', { at: 40 });
    await statuses.stop();
    const other = start();
    other.record('', 'urn:s', { at: 20, error: 'the second' });
    expect(await other.read('', 'urn:s')).toMatchObject({ lastFailure: 20, lastError: 'the second' });
  });

  it('lose the last second at most when the process dies', async () => {
    statuses.record('', 'urn:s', { at: 10 });
    await time.pass(1000);
    statuses.record('', 'urn:s', { at: 20 });
    time.crash();
    expect(await start().read('', 'urn:s')).toMatchObject({ timesSent: 1, lastNotification: 10 });
  });

  it('lose nothing while the store is away', async () => {
    documents.isAway = true;
    statuses.record('', 'urn:s', { at: 1 });
    await time.pass(5000);
    statuses.record('', 'urn:s', { at: 2 });
    documents.isAway = false;
    await time.pass(1000);
    expect(await statuses.read('', 'urn:s')).toMatchObject({ timesSent: 2 });
  });

  it('keep nobody from stopping', async () => {
    documents.isAway = true;
    statuses.record('', 'urn:s', { at: 1 });
    await statuses.stop();
    expect(time.waiting()).toBe(0);
  });

  it('are told by tenant', async () => {
    statuses.record('a', 'urn:s', { at: 1 });
    statuses.record('a', 'urn:t', { at: 1 });
    statuses.record('b', 'urn:s', { at: 1 });
    expect([...(await statuses.readMany('a', ['urn:s', 'urn:t', 'urn:other'])).keys()]).toEqual([
      'urn:s',
      'urn:t',
    ]);
  });

  it('are forgotten with their Subscription, what is not yet written too', async () => {
    statuses.record('', 'urn:s', { at: 1 });
    await statuses.read('', 'urn:s');
    statuses.record('', 'urn:s', { at: 2 });
    await statuses.remove('', 'urn:s');
    await time.pass(2000);
    await rest();
    expect(await statuses.read('', 'urn:s')).toBeUndefined();
  });
});
