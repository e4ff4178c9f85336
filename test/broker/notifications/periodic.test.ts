import { expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { PERIOD_KIND } from '../../../broker/notifications/periods.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { eventually, until } from './fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from './notifying-broker.ts';
import { type Received, receiver } from './receiver.ts';

const ID = 'urn:ngsi-ld:Subscription:1';
// Time passes: the interval is the shortest there is.
const INTERVAL = 0.1;

async function broker(): Promise<NotifyingBroker> {
  return notifyingBroker({ clock: { ...systemClock(), advance: () => undefined } });
}

async function subscribe({ api }: NotifyingBroker, uri: string, more: JsonObject = {}, how: JsonObject = {}) {
  const notification = { ...how, endpoint: { uri, ...(how['endpoint'] as JsonObject) } };
  const body = {
    ...{ id: ID, type: 'Subscription', timeInterval: INTERVAL, entities: [{ type: 'Lamp' }], notification },
    ...more,
  };
  expect((await api.post('/subscriptions').send(body)).status).toBe(201);
}

const create = ({ api }: NotifyingBroker, id: string, more: JsonObject) =>
  api.post('/entities').send({ id: `urn:ngsi-ld:Lamp:${id}`, type: 'Lamp', ...more });
const bodyOf = ({ body }: Received) => JSON.parse(body);

it('a periodic Subscription tells of what matches, changed or not, and is counted (clause 5.8.6)', async () => {
  const to = await receiver();
  const one = await broker();
  for (const [id, level] of [
    ['a', 1],
    ['b', 5],
    ['c', 9],
  ] as const)
    await create(one, id, { level: { type: 'Property', value: level } });
  await subscribe(one, to.url, { q: 'level>2' }, { format: 'keyValues', pick: ['id', 'level'] });
  await until(() => to.received.length >= 3);
  const [first, second] = to.received.map(bodyOf);
  expect(first).toMatchObject({ type: 'Notification', subscriptionId: ID });
  expect(first.data).toEqual([
    { id: 'urn:ngsi-ld:Lamp:b', level: 5 },
    { id: 'urn:ngsi-ld:Lamp:c', level: 9 },
  ]);
  expect(second.id).not.toBe(first.id);
  expect(second.notifiedAt > first.notifiedAt).toBe(true);
  const shown = await eventually(
    async () => (await one.api.get(`/subscriptions/${ID}`)).body,
    ({ notification }) => notification.timesSent >= 3,
  );
  expect(shown).toMatchObject({ timeInterval: INTERVAL, notification: { status: 'ok' } });
});

it('a periodic Subscription takes every form and header that others take', async () => {
  const to = await receiver();
  const one = await broker();
  const at = { type: 'GeoProperty', value: { type: 'Point', coordinates: [3.7, 51] } };
  await create(one, 'a', { location: at });
  const endpoint = {
    accept: 'application/geo+json',
    receiverInfo: [{ key: 'X-Key', value: 'secret' }],
  };
  await subscribe(one, to.url, {}, { endpoint });
  await until(() => to.received.length >= 1);
  const [got] = to.received;
  expect(got?.headers).toMatchObject({ 'content-type': 'application/geo+json', 'x-key': 'secret' });
  expect(got && bodyOf(got).data).toMatchObject({
    type: 'FeatureCollection',
    features: [{ type: 'Feature', geometry: at.value }],
  });
});

it('a periodic Subscription that follows Relationships tells of those whose linked Entities match', async () => {
  const to = await receiver();
  const one = await broker();
  for (const [id, watt] of [
    ['one', 5],
    ['two', 50],
  ] as const)
    await one.api.post('/entities').send({ id: `urn:pole:${id}`, type: 'Pole', watt });
  for (const id of ['one', 'two'])
    await create(one, id, { on: { type: 'Relationship', object: `urn:pole:${id}`, objectType: 'Pole' } });
  await subscribe(one, to.url, { q: 'on{Pole:watt}>20' });
  await until(() => to.received.length >= 1);
  const [got] = to.received;
  expect(got && bodyOf(got).data.map(({ id }: JsonObject) => id)).toEqual(['urn:ngsi-ld:Lamp:two']);
});

it('a Subscription that is deleted leaves nothing of its periods', async () => {
  const to = await receiver();
  const one = await broker();
  await create(one, 'a', {});
  await subscribe(one, to.url);
  await until(() => to.received.length >= 1);
  await one.api.delete(`/subscriptions/${ID}`);
  await eventually(
    () => one.store.documents.list(PERIOD_KIND),
    (all) => all.length === 0,
  );
});
