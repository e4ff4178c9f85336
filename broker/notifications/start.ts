import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import type { SettingsOf } from '../../runtime/config.ts';
import { type EgressPolicy, egressAgent } from '../../runtime/egress.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { Change } from '../domain/change/changes.ts';
import type { Micros } from '../domain/entity.ts';
import type { Contexts } from '../jsonld/context.ts';
import type { Drain, Store } from '../store/store.ts';
import { type CopyHeaders, headerCopier } from './copied-headers.ts';
import { DeadLetterSweep } from './dead-letter-sweep.ts';
import { Deliverers } from './deliverers.ts';
import { createHttpDelivery } from './http-delivery.ts';
import type { NotificationLog } from './log.ts';
import { toNotificationRequest } from './notification-request.ts';
import { NotificationStatuses } from './notification-status.ts';
import { Notifier, type NotifierParts } from './notifier.ts';
import { Relay } from './relay.ts';
import type { notificationSettings } from './settings.ts';
import { SubscriptionMirror } from './subscription-mirror.ts';
import { systemTimers, type Timers } from './timers.ts';

/** What the change path behind the commit needs of the rest of the broker. */
export interface NotificationParts {
  readonly store: Pick<Store, 'of' | 'outbox' | 'documents' | 'setDrain'>;
  readonly contexts: Contexts;
  /** Where notifications may go; judged again at every connection. */
  readonly egress: EgressPolicy;
  readonly clock: Clock;
  readonly log: NotificationLog;
  readonly metrics: Metrics;
  readonly settings: SettingsOf<typeof notificationSettings>;
  /**
   * Milliseconds between looks for what other processes on the same store do: Subscriptions that they wrote, deliveries
   * that they left. Leave it out where there are none.
   */
  readonly pollInterval?: number;
  /** Node's own when not given. */
  readonly timers?: Timers;
  /** In [0, 1); spreads retries. `Math.random` when not given. */
  readonly random?: () => number;
}

/** The change path behind the commit: change records become history and notifications. */
export interface Notifications {
  /** Ids of the Subscriptions that the change notifies, for `Decision.notify` (clause 5.8.6). Synchronous, in memory. */
  match(tenant: string, change: Change, now?: Micros): readonly string[];
  /** What those Subscriptions want copied of the headers of the request that made the change. Synchronous, in memory. */
  readonly copyHeaders: CopyHeaders;
  readonly mirror: SubscriptionMirror;
  readonly notifier: Notifier;
  readonly statuses: NotificationStatuses;
  /** Folds what is pending of one Entity; the store has it already, by `setDrain`. */
  readonly drain: Drain;
  /**
   * Loads the Subscriptions, then begins to fold and to deliver, first what an earlier process left. Resolves when
   * `match` knows every Subscription: serve no write before. @throws what the store throws
   */
  recover(): Promise<void>;
  /**
   * Ends in good order: begins nothing more, gives what is being sent `milliseconds` to end, writes down outcomes and
   * counters. What is left stays in the store. To be called before the store is closed.
   */
  stop(milliseconds: number): Promise<void>;
}

/** Wires the change path; nothing runs before `recover`. */
export function startNotifications(parts: NotificationParts): Notifications {
  const { store, clock, log, timers = systemTimers, pollInterval } = parts;
  const { documents, outbox } = store;
  const shared = pollInterval !== undefined && { pollInterval };
  const mirror = new SubscriptionMirror({ documents, timers, log, ...shared });
  const statuses = new NotificationStatuses({ documents, timers, log });
  const dispatcher = egressAgent(parts.egress);
  const deliverers = shared && createDeliverers(parts, timers, pollInterval, () => lookAround());
  const notifier = createNotifier(parts, { mirror, statuses, timers, dispatcher, deliverers });
  describeIn(parts.metrics, notifier);
  const relay = new Relay({
    outbox,
    onDeliveries: (deliveries) => notifier.accept(deliveries),
    log,
    timers,
  });
  const sweep = createSweep(parts, timers);
  const lookAround = (): void => {
    relay.wake();
    void notifier.share();
  };
  const drain: Drain = (tenant, entityId) => relay.drain(tenant, entityId);
  store.setDrain(drain);
  return {
    match: (tenant, change, now = clock.now()) => mirror.match(tenant, change, now),
    copyHeaders: headerCopier(mirror),
    mirror,
    notifier,
    statuses,
    drain,
    recover: async () => {
      await mirror.start();
      await notifier.recover();
      relay.start();
      if (deliverers) await deliverers.start();
      sweep.start();
    },
    stop: async (milliseconds) => {
      mirror.stop();
      await sweep.stop();
      await relay.stop();
      await notifier.stop(milliseconds);
      if (deliverers) await deliverers.stop();
      await statuses.stop();
      await dispatcher.destroy();
    },
  };
}

function createDeliverers(
  { store, clock, log }: NotificationParts,
  timers: Timers,
  interval: number,
  onLook: () => void,
): Deliverers {
  const { documents } = store;
  return new Deliverers({
    documents,
    timers,
    log,
    self: randomUUID(),
    interval,
    now: () => clock.now(),
    onLook,
  });
}

function createSweep({ store, clock, log, settings }: NotificationParts, timers: Timers): DeadLetterSweep {
  return new DeadLetterSweep({
    outbox: store.outbox,
    now: () => clock.now(),
    timers,
    log,
    keptFor: settings.notificationDeadLetterAge,
    most: settings.notificationDeadLetters,
  });
}

interface NotifierNeeds extends Pick<NotifierParts, 'timers' | 'statuses'> {
  readonly mirror: SubscriptionMirror;
  readonly dispatcher: Dispatcher;
  readonly deliverers: Deliverers | false;
}

function createNotifier(
  { store, contexts, egress, clock, log, metrics, settings, random = Math.random }: NotificationParts,
  { mirror, statuses, timers, dispatcher, deliverers }: NotifierNeeds,
): Notifier {
  const now = (): Micros => clock.now();
  const outcomes = metrics.counter({
    name: 'carillon_notifications_total',
    help: 'Notifications by outcome of their attempts: delivered, retry, dead.',
    labels: ['outcome'],
  });
  return new Notifier({
    onOutcome: (outcome) => outcomes.inc({ outcome }),
    ...(deliverers && { owns: (tenant, id) => deliverers.owns(tenant, id) }),
    outbox: store.outbox,
    subscriptions: mirror,
    toRequest: (compiled, batch) => toNotificationRequest(compiled, batch, { contexts, store, log }),
    send: createHttpDelivery({
      dispatcher,
      refusal: egress.refusal,
      timeout: settings.notificationTimeout,
      now,
    }),
    statuses,
    now,
    random,
    timers,
    log,
    retry: {
      maxAttempts: settings.notificationMaxAttempts,
      maxAge: settings.notificationMaxAge,
      firstDelay: settings.notificationRetryDelay,
      longestDelay: settings.notificationMaxRetryDelay,
    },
  });
}

function describeIn(metrics: Metrics, notifier: Notifier): void {
  metrics.gauge({
    name: 'carillon_notifications_sending',
    help: 'Notifications being sent.',
    collect: () => notifier.sending(),
  });
  metrics.gauge({
    name: 'carillon_notifications_in_memory',
    help: 'Notifications in memory that are sent or wait; more may wait in the store.',
    collect: () => notifier.waiting(),
  });
}
