import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { eventually, until } from '../notifications/fake-time.ts';
import { notifyingBroker, START } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const PATH = `/subscriptions/${SUBSCRIPTION}`;
const HOUR = 3_600_000_000;
// Retries in earnest take their time: here they are quick.
const settings = { NOTIFICATION_RETRY_DELAY: '5ms', NOTIFICATION_MAX_RETRY_DELAY: '20ms' };
const dateTime = (micros: number): string => new Date(micros / 1000).toISOString();

/** A broker with a notification that waits, because its receiver has no time. */
async function waiting(more: JsonObject = {}) {
  const to = await receiver();
  to.answer = (response) => response.writeHead(503).end();
  const broker = await notifyingBroker({ settings });
  const notification = { endpoint: { uri: to.url } };
  const body = {
    id: SUBSCRIPTION,
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification,
    ...more,
  };
  expect((await broker.api.post('/subscriptions').send(body)).status).toBe(201);
  const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } };
  expect((await broker.api.post('/entities').send(lamp)).status).toBe(201);
  await until(() => to.received.length > 0);
  const dead = () =>
    eventually(
      async () => {
        broker.clock.advance(1000);
        return (await broker.admin.get('/dead-letters')).body as readonly { readonly lastError: string }[];
      },
      ({ length }) => length > 0,
    );
  return { to, broker, dead };
}

describe('only active Subscriptions notify (clause 5.8.6)', () => {
  it.each([
    {
      title: 'paused',
      more: {},
      end: { isActive: false },
      revive: { isActive: true },
      pass: 0,
    },
    {
      title: 'expired',
      more: { expiresAt: dateTime(START + HOUR) },
      end: undefined,
      revive: { expiresAt: dateTime(START + 10 * HOUR) },
      pass: 2 * HOUR,
    },
  ])('what waits when it is $title can be replayed when it is active again', async (row) => {
    const { to, broker, dead } = await waiting(row.more);
    if (row.end) expect((await broker.api.patch(PATH).send(row.end)).status).toBe(204);
    broker.clock.advance(row.pass);
    expect(await dead()).toMatchObject([{ lastError: `the Subscription is ${row.title}` }]);
    to.received.length = 0;
    to.answer = (response) => response.writeHead(204).end();
    const replay = () => broker.admin.post(`/dead-letters/replay?subscriptionId=${SUBSCRIPTION}`);
    // Still not active: it stays a dead letter, and nothing is sent.
    expect((await replay()).body).toEqual({ replayed: 1 });
    await dead();
    expect(to.received).toEqual([]);
    expect((await broker.api.patch(PATH).send(row.revive)).status).toBe(204);
    expect((await replay()).body).toEqual({ replayed: 1 });
    await until(() => to.received.length === 1);
  });

  it('stops trying, and keeps nothing, when it is deleted', async () => {
    const { to, broker } = await waiting();
    expect((await broker.api.delete(PATH)).status).toBe(204);
    const sent = to.received.length;
    expect(await broker.store.outbox.subscriptionsWithDeliveries()).toEqual([]);
    await eventually(
      async () => {
        broker.clock.advance(HOUR / 1000);
        return broker.notifications.notifier.sending() + broker.notifications.notifier.waiting();
      },
      (count) => count === 0,
    );
    expect((await broker.admin.get('/dead-letters')).body).toEqual([]);
    expect(to.received.length - sent).toBeLessThanOrEqual(1);
  });
});
