import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { SUBSCRIPTION_KIND } from '../../../broker/notifications/subscription-mirror.ts';
import { fakeClock } from '../../../runtime/clock.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from './fake-time.ts';
import { notifyingBroker, openStoreAt, START } from './notifying-broker.ts';
import { receiver } from './receiver.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';
const folder = tempFolder();

/** A data file with a notification that waits for a Subscription, whose `entities` then became what is given. */
async function leftBehind(uri: string, entities: JsonObject): Promise<string> {
  const path = join(folder, 'carillon.db');
  const broker = await notifyingBroker({ path });
  const body = {
    id: SUBSCRIPTION,
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri } },
  };
  expect((await broker.api.post('/subscriptions').send(body)).status).toBe(201);
  const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } };
  expect((await broker.api.post('/entities').send(lamp)).status).toBe(201);
  await broker.notifications.drain('', lamp.id);
  await broker.crash();
  const store = openStoreAt(path, fakeClock(START + 60_000_000).now);
  await store.documents.update(SUBSCRIPTION_KIND, '', SUBSCRIPTION, (document) => {
    const { members, ...rest } = document as { readonly members: JsonObject };
    return { ...rest, members: { ...members, entities: { given: [entities], names: [] } } };
  });
  await store.close();
  return path;
}

it('what waits for a Subscription that this version cannot read waits without cost, until it is written anew', async () => {
  const to = await receiver();
  to.answer = () => undefined;
  const path = await leftBehind(to.url, { type: 'Lamp', ofTheFuture: true });
  to.received.length = 0;
  to.answer = (response) => response.writeHead(204).end();
  const broker = await notifyingBroker({ path, clock: fakeClock(START + 120_000_000) });
  const { notifier, mirror } = broker.notifications;
  await until(() => notifier.waiting() === 0);
  expect(mirror.state()).toBe('1 that this version cannot read: the log names them');
  expect(await broker.metrics.text()).toContain('carillon_subscriptions_unusable 1');
  expect(await broker.store.outbox.deliveries('', SUBSCRIPTION, 9)).toHaveLength(1);
  expect(to.received).toEqual([]);
  const shown = { id: SUBSCRIPTION, entities: [{ type: 'Lamp', ofTheFuture: true }], status: 'paused' };
  expect((await broker.api.get('/subscriptions')).body).toMatchObject([shown]);
  expect((await broker.api.get(`/subscriptions/${SUBSCRIPTION}`)).body).toMatchObject(shown);
  const fragment = { type: 'Subscription', entities: [{ type: 'Lamp' }] };
  expect((await broker.api.patch(`/subscriptions/${SUBSCRIPTION}`).send(fragment)).status).toBe(204);
  await until(() => to.received.length === 1);
  expect(mirror.state()).toBe('ok');
});
