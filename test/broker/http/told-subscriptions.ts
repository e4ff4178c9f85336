import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { eventually } from '../notifications/fake-time.ts';
import type { NotifyingBroker } from '../notifications/notifying-broker.ts';
import type { Receiver } from '../notifications/receiver.ts';

export const LAMP = 'urn:ngsi-ld:Lamp:1';

/** Subscriptions to Lamps, each told at a path of its own. */
export interface ToldSubscriptions {
  /** Makes one, with other members of it and of its `notification`. */
  subscribe(name: string, more?: JsonObject, notification?: JsonObject): Promise<void>;
  /** What each notification to it held, in the order that they came. */
  data(name: string): readonly Json[];
  /** Resolves when everything that was written so far has been told. */
  settled(): Promise<void>;
}

export function toldSubscriptions(broker: NotifyingBroker, to: Receiver): ToldSubscriptions {
  const { outbox } = broker.store;
  return {
    subscribe: async (name, more = {}, notification = {}) => {
      const { endpoint, ...params } = notification;
      await broker.api
        .post('/subscriptions')
        .send({
          id: `urn:s:${name}`,
          type: 'Subscription',
          entities: [{ type: 'Lamp' }],
          notification: { endpoint: { uri: `${to.url}/${name}`, ...(endpoint as JsonObject) }, ...params },
          ...more,
        })
        .expect(201);
    },
    data: (name) =>
      to.received.filter(({ path }) => path === `/${name}`).map(({ body }) => JSON.parse(body).data as Json),
    settled: async () => {
      const left = async () =>
        (await outbox.pending(1)).length + (await outbox.subscriptionsWithDeliveries()).length;
      await eventually(left, (count) => count === 0);
    },
  };
}
