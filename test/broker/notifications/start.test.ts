import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { eventually, until } from './fake-time.ts';
import { change, lamp } from './fixtures.ts';
import {
  type NotifyingBroker,
  type NotifyingBrokerOptions,
  notifyingBroker,
  openStoreAt,
} from './notifying-broker.ts';
import { type Received, type Receiver, receiver } from './receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const LAMP = 'urn:ngsi-ld:Lamp:1';
const folder = tempFolder();
let files = 0;
const newFile = () => join(folder, `carillon-${++files}.db`);
// Retries in earnest take their time: here they are quick.
const quick = { NOTIFICATION_RETRY_DELAY: '5ms', NOTIFICATION_MAX_RETRY_DELAY: '20ms' };

/** A broker that notifies a receiver of every change of a Lamp. */
async function subscribed(options: NotifyingBrokerOptions = {}, members: JsonObject = {}) {
  const to = await receiver();
  const broker = await notifyingBroker({ settings: quick, ...options });
  await subscribe(broker, to.url, members);
  return { to, broker };
}

async function subscribe(broker: NotifyingBroker, uri: string, more: JsonObject = {}): Promise<void> {
  const body = {
    id: SUBSCRIPTION,
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri } },
    ...more,
  };
  expect((await broker.api.post('/subscriptions').send(body)).status).toBe(201);
}

async function create(broker: NotifyingBroker, id = LAMP, level = 0): Promise<void> {
  const body = { id, type: 'Lamp', level: { type: 'Property', value: level } };
  expect((await broker.api.post('/entities').send(body)).status).toBe(201);
}

async function setLevel({ api }: NotifyingBroker, value: number, id = LAMP): Promise<void> {
  const answer = await api.patch(`/entities/${id}/attrs`).send({ level: { type: 'Property', value } });
  expect(answer.status).toBe(204);
}

const bodyOf = ({ body }: Received) => JSON.parse(body);
const levelsIn = (to: Receiver) => to.received.map((one) => bodyOf(one).data[0].level?.value);

describe('from a write to a notification', () => {
  it('tells the receiver of each change as it was, in order, with the correlation id of the write', async () => {
    const { to, broker } = await subscribed();
    await create(broker);
    for (const level of [1, 2, 3, 4, 5]) await setLevel(broker, level);
    const answer = await broker.api
      .patch(`/entities/${LAMP}/attrs`)
      .set('X-Correlation-Id', 'follow-me')
      .send({ level: { type: 'Property', value: 6 } });
    expect(answer.status).toBe(204);
    await until(() => to.received.length === 7);
    expect(levelsIn(to)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(to.received.at(-1)?.headers['x-correlation-id']).toBe('follow-me');
    expect(new Set(to.received.map((one) => bodyOf(one).id)).size).toBe(7);
    expect(to.received.map((one) => bodyOf(one).subscriptionId)).toEqual(Array(7).fill(SUBSCRIPTION));
  });

  it('tells nothing of a write that changes nothing, of another type, tenant or Attribute', async () => {
    const { to, broker } = await subscribed({}, { watchedAttributes: ['level'] });
    await create(broker);
    await setLevel(broker, 0);
    await broker.api.post('/entities').send({ id: 'urn:b', type: 'Bin', level: 1 });
    await broker.api
      .post('/entities')
      .set('NGSILD-Tenant', 'city')
      .send({ id: LAMP, type: 'Lamp', level: 1 });
    await broker.api.post(`/entities/${LAMP}/attrs`).send({ colour: { type: 'Property', value: 'red' } });
    await setLevel(broker, 9);
    await until(() => to.received.length === 2);
    expect(levelsIn(to)).toEqual([0, 9]);
  });

  it('obeys q, judged on the Entity after the change', async () => {
    const { to, broker } = await subscribed({}, { q: 'level>2' });
    await create(broker);
    for (const level of [1, 3, 2, 4]) await setLevel(broker, level);
    await until(() => to.received.length === 2);
    expect(levelsIn(to)).toEqual([3, 4]);
  });

  it('stops with a pause, an expiry and a deletion, and goes on with what revives', async () => {
    const { to, broker } = await subscribed();
    const patch = (body: JsonObject) => broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send(body);
    await create(broker);
    await until(() => to.received.length === 1);
    await patch({ isActive: false });
    await setLevel(broker, 1);
    await patch({ isActive: true, expiresAt: '2026-06-02T00:00:00Z' });
    await setLevel(broker, 2);
    await until(() => to.received.length === 2);
    broker.clock.advance(86_400_000_000);
    await setLevel(broker, 3);
    await patch({ expiresAt: '2030-01-01T00:00:00Z' });
    await setLevel(broker, 4);
    await until(() => to.received.length === 3);
    await broker.api.delete(`/subscriptions/${SUBSCRIPTION}`);
    await setLevel(broker, 5);
    await broker.notifications.drain('', LAMP);
    expect(await broker.store.outbox.subscriptionsWithDeliveries()).toEqual([]);
    expect(levelsIn(to)).toEqual([0, 2, 4]);
  });

  it('counts what it sends, in the Subscription and in the metrics', async () => {
    const { to, broker } = await subscribed();
    to.answer = (response, { body }) => response.writeHead(body.includes('"value":1') ? 404 : 200).end();
    await create(broker);
    await setLevel(broker, 1);
    await until(() => to.received.length === 2);
    const found = await eventually(
      async () => (await broker.api.get(`/subscriptions/${SUBSCRIPTION}`)).body.notification,
      ({ timesSent }) => timesSent === 2,
    );
    expect(found).toMatchObject({
      status: 'failed',
      timesSent: 2,
      timesFailed: 1,
      lastNotification: expect.stringMatching(/^2026-06-01T12:00:00/),
      lastSuccess: expect.stringMatching(/^2026/),
      lastFailure: expect.stringMatching(/^2026/),
    });
    const text = await broker.metrics.text();
    expect(text).toContain('carillon_notifications_total{outcome="delivered"} 1');
    expect(text).toContain('carillon_notifications_total{outcome="dead"} 1');
    expect(text).toContain('carillon_notifications_in_memory 0');
  });

  it('sends nothing to a private address where EGRESS_PRIVATE denies it', async () => {
    const { to, broker } = await subscribed({ privateAddresses: 'deny' });
    await create(broker);
    await broker.notifications.drain('', LAMP);
    const dead = await eventually(
      () => broker.store.outbox.dead.list('', SUBSCRIPTION, { limit: 9 }),
      ({ length }) => length > 0,
    );
    expect(dead).toMatchObject([{ lastError: expect.stringContaining('127.0.0.1 is a private address') }]);
    expect(to.received).toEqual([]);
  });

  it('answers writes and delivers to others while one receiver hangs', async () => {
    const [hanging, lively] = [await receiver(), await receiver()];
    hanging.answer = () => undefined;
    const broker = await notifyingBroker({ settings: quick });
    await subscribe(broker, hanging.url, { id: 'urn:ngsi-ld:Subscription:hanging' });
    await subscribe(broker, lively.url);
    for (let n = 0; n < 40; n++) await create(broker, `urn:ngsi-ld:Lamp:${n}`, n);
    await until(() => lively.received.length === 40);
    expect(hanging.received.length).toBeLessThanOrEqual(4);
  });

  it('keeps paths of one host apart', async () => {
    const to = await receiver();
    to.answer = (response, { path }) => void (path === '/fast' && response.writeHead(204).end());
    const broker = await notifyingBroker({ settings: quick });
    await subscribe(broker, `${to.url}/slow`, { id: 'urn:ngsi-ld:Subscription:slow' });
    await subscribe(broker, `${to.url}/fast`);
    for (let n = 0; n < 40; n++) await create(broker, `urn:ngsi-ld:Lamp:${n}`, n);
    await until(() => to.received.filter(({ path }) => path === '/fast').length === 40);
  });
});

describe('when something dies', () => {
  it('waits for a receiver that is gone, and delivers everything in order when it is back', async () => {
    const port = await freePort();
    const broker = await notifyingBroker({ settings: quick });
    await subscribe(broker, `http://127.0.0.1:${port}/notify`);
    await create(broker);
    for (const level of [1, 2, 3]) await setLevel(broker, level);
    const to = await receiver(port);
    await until(() => to.received.length === 4);
    expect(levelsIn(to)).toEqual([0, 1, 2, 3]);
  });

  it('takes up after a crash what was not delivered, recognisable by id and notifiedAt', async () => {
    const path = newFile();
    const { to, broker } = await subscribed({ path });
    to.answer = () => undefined;
    await create(broker);
    for (const level of [1, 2]) await setLevel(broker, level);
    await until(() => to.received.length === 1);
    await broker.crash();
    to.answer = (response) => response.writeHead(204).end();
    await notifyingBroker({ path, settings: quick });
    await until(() => to.received.length === 4);
    expect(levelsIn(to)).toEqual([0, 0, 1, 2]);
    const [first, again] = to.received.map(bodyOf);
    expect(again).toEqual(first);
  });

  it('folds after a crash what was committed and not yet folded', async () => {
    const path = newFile();
    const to = await receiver();
    const first = await notifyingBroker({ path });
    await subscribe(first, to.url);
    await first.crash();
    await commitUnfolded(path);
    const second = await notifyingBroker({ path });
    await until(() => to.received.length === 1);
    expect(levelsIn(to)).toEqual([7]);
    const { body } = await second.api.get(`/temporal/entities/${LAMP}`);
    expect(body.level).toMatchObject([{ type: 'Property', value: 7 }]);
  });
});

/** Leaves a change record behind, as a process does that is killed between the commit and the fold. */
async function commitUnfolded(path: string): Promise<void> {
  const store = openStoreAt(path, () => Date.UTC(2026, 5, 1, 13) * 1000);
  const entity = lamp(LAMP, { level: 7 });
  await store.of('').change(LAMP, () => ({
    answer: undefined,
    change: change(entity, 'created'),
    notify: [SUBSCRIPTION],
  }));
  await store.close();
}

describe('the history', () => {
  it('has every change as soon as it is asked, deletions too, without a Subscription', async () => {
    const broker = await notifyingBroker();
    await create(broker);
    for (const level of [1, 2]) await setLevel(broker, level);
    await broker.api.delete(`/entities/${LAMP}/attrs/level`);
    const { body } = await broker.api.get(`/temporal/entities/${LAMP}`);
    const instances: readonly JsonObject[] = body.level;
    expect(instances.map(({ value }) => value)).toEqual([0, 1, 2, 'urn:ngsi-ld:null']);
    expect(instances.at(-1)).toHaveProperty('deletedAt');
    expect(new Set(instances.map(({ instanceId }) => instanceId)).size).toBe(4);
  });
});
