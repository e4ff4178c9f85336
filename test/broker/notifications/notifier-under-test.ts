import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { CompiledSubscription } from '../../../broker/notifications/compile-subscription.ts';
import type { DeliveryBudgetParts } from '../../../broker/notifications/delivery-budget.ts';
import { NotificationStatuses } from '../../../broker/notifications/notification-status.ts';
import { Notifier } from '../../../broker/notifications/notifier.ts';
import type { SendResult } from '../../../broker/notifications/retry-policy.ts';
import type { Delivery, StoredDelivery } from '../../../broker/store/delivery.ts';
import { fakeTime } from './fake-time.ts';
import { compiled, iri, keepingLog, members } from './fixtures.ts';
import { memoryDocuments, memoryOutbox } from './memory-store.ts';

/** One data item of a notification that was sent. */
export interface Item {
  readonly entityId: string;
  readonly level: unknown;
}

/** A notification that was sent, as a receiver that plays its part in memory sees it. */
export interface Sent {
  readonly subscriptionId: string;
  readonly uri: string;
  readonly items: readonly Item[];
}

type Answer = (sent: Sent) => SendResult | Promise<SendResult>;

export const ok: SendResult = { kind: 'answered', status: 204 };
export const failing: SendResult = { kind: 'answered', status: 500 };
export const unreachable: SendResult = { kind: 'unreachable', error: 'ECONNREFUSED' };

/** An answer that comes when the test gives it. */
export function later(): {
  readonly answer: Promise<SendResult>;
  readonly give: (result: SendResult) => void;
} {
  let give: (result: SendResult) => void = () => undefined;
  const answer = new Promise<SendResult>((resolve) => {
    give = resolve;
  });
  return { answer, give: (result) => give(result) };
}

/**
 * A notifier over a store in memory, its time standing still, and one receiver that answers what the test says.
 */
export function notifierUnderTest(memory?: DeliveryBudgetParts) {
  const time = fakeTime();
  const outbox = memoryOutbox();
  const documents = memoryDocuments();
  const log = keepingLog();
  const subscriptions = new Map<string, CompiledSubscription>();
  const sent: Sent[] = [];
  const world = {
    time,
    outbox,
    documents,
    log,
    sent,
    answer: (() => ok) as Answer,
    subscribe: (id: string, more: JsonObject = {}, endpoint: JsonObject = {}) =>
      subscriptions.set(id, compiled(id, members(more, endpoint))),
    unsubscribe: (id: string) => subscriptions.delete(id),
    /** What was sent, item by item. */
    items: () => sent.flatMap(({ items }) => items),
    /** Starts the process again after a crash. */
    start: () => {
      time.crash();
      return start();
    },
    /** Starts another process on the same store, which delivers to these Subscriptions. */
    join: (owns: (subscriptionId: string) => boolean) => start((_tenant, id) => owns(id)),
    /** Stores deliveries and hands them to the notifier, as the relay does. */
    deliver: (to: Notifier, ...deliveries: readonly Delivery[]) => {
      outbox.store(...deliveries);
      to.accept(deliveries);
    },
  };
  const start = (
    owns?: (tenant: string, subscriptionId: string) => boolean,
  ): { readonly notifier: Notifier; readonly statuses: NotificationStatuses } => {
    const statuses = new NotificationStatuses({ documents, timers: time.timers, log });
    const find = (_tenant: string, id: string) => subscriptions.get(id);
    const notifier = new Notifier({
      outbox,
      subscriptions: { get: find, find: async (tenant, id) => find(tenant, id) },
      statuses,
      toRequest: ({ subscription }, batch) => ({
        uri: subscription.notification.endpoint.uri,
        headers: {},
        body: JSON.stringify({ subscriptionId: subscription.id, items: batch.map(toItem) }),
      }),
      send: async ({ uri, body }) => {
        const message: Sent = { uri, ...JSON.parse(body) };
        sent.push(message);
        return world.answer(message);
      },
      now: time.now,
      random: () => 1,
      timers: time.timers,
      log,
      retry: { maxAttempts: 5, maxAge: 3_600_000, firstDelay: 1000, longestDelay: 60_000 },
      ...(memory && { memory }),
      ...(owns && { owns }),
    });
    return { notifier, statuses };
  };
  return world;
}

function toItem({ entityId, change }: StoredDelivery): Item {
  return { entityId, level: change.entity?.attributes[iri('level')]?.[0]?.value };
}
