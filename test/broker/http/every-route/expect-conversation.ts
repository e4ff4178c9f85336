import { expect } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import type { NotifyingBroker } from '../../notifications/notifying-broker.ts';
import type { Receiver } from '../../notifications/receiver.ts';

const ID = 'urn:ngsi-ld:Bell:1';
const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:bells';
const TENANT = 'belfry';

/** Expects valid requests to be served as if nothing had been before: an Entity's life, and a Subscription to it. */
export async function expectConversation(
  { api }: NotifyingBroker,
  { url, received }: Receiver,
): Promise<void> {
  const as = (request: ReturnType<typeof api.get>) => request.set('NGSILD-Tenant', TENANT);
  const bell = { id: ID, type: 'Bell', tone: { type: 'Property', value: 440 } };
  const subscription = {
    id: SUBSCRIPTION,
    type: 'Subscription',
    entities: [{ type: 'Bell' }],
    notification: { endpoint: { uri: `${url}/bells` } },
  };
  await as(api.post('/subscriptions')).send(subscription).expect(201);
  await as(api.post('/entities')).send(bell).expect(201);
  await as(api.patch(`/entities/${ID}/attrs`))
    .send({ tone: { type: 'Property', value: 432 } })
    .expect(204);
  const { body } = await as(api.get(`/entities?type=Bell&q=tone<440&options=keyValues`)).expect(200);
  expect(body).toEqual([{ id: ID, type: 'Bell', tone: 432 }]);
  const bells = () =>
    received.filter(({ path }) => path === '/bells').map((one) => JSON.parse(one.body).data[0].tone.value);
  await eventually(() => expect(bells()).toEqual([440, 432]));
  await as(api.delete(`/entities/${ID}`)).expect(204);
  await as(api.get(`/entities/${ID}`)).expect(404);
  await as(api.delete(`/subscriptions/${SUBSCRIPTION}`)).expect(204);
}
