import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { SettingsOf } from '../../runtime/config.ts';
import type { EgressPolicy } from '../../runtime/egress.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { hasEnded, processMark } from '../../runtime/process-mark.ts';
import type { Change } from '../domain/change/changes.ts';
import type { Micros } from '../domain/entity.ts';
import type { Contexts } from '../jsonld/context.ts';
import type { Drain, Store } from '../store/store.ts';
import type { AttemptParts } from './attempt.ts';
import { type CopyHeaders, headerCopier } from './copied-headers.ts';
import { DeadLetterSweep } from './dead-letter-sweep.ts';
import { Deliverers } from './deliverers.ts';
import { createDelivery, type NotificationDelivery } from './delivery.ts';
import { type Counters, type FailurePauseParts, pausingFailing } from './failure-pause.ts';
import { withShownReasons } from './failure-reason.ts';
import { describeNotifications } from './gauges.ts';
import type { NotificationLog } from './log.ts';
import { toNotificationRequest } from './notification-request.ts';
import { NotificationStatuses } from './notification-status.ts';
import { Notifier, type NotifierParts } from './notifier.ts';
import { PeriodicNotifier } from './periodic-notifier.ts';
import { Relay } from './relay.ts';
import type { notificationSettings } from './settings.ts';
import { sentOnly, shown } from './stream-only.ts';
import { Streams } from './streams.ts';
import { SubscriptionMirror, type SubscriptionMirrorParts } from './subscription-mirror.ts';
import { systemTimers, type Timers } from './timers.ts';

/** What the change path behind the commit needs of the rest of the broker. */
export interface NotificationParts {
  readonly store: Pick<Store, 'of' | 'outbox' | 'deliveryLog' | 'documents' | 'setDrain'>;
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
  /** True when what is written and stays equal may notify somebody of the tenant: the writer lists it in the Change. */
  readonly notifiesUnchanged: (tenant: string) => boolean;
  readonly mirror: SubscriptionMirror;
  readonly notifier: Notifier;
  readonly statuses: NotificationStatuses;
  /** Live streams of notifications, for whoever asks for them. */
  readonly streams: Streams;
  /** What the receiver of these deliveries would be sent now; undefined when there is nothing to tell. */
  readonly toRequest: AttemptParts['toRequest'];
  /**
   * True while it is for this process alone, of all on the same store, to do what has this name: to deliver to the
   * Subscription with this id, or other work in the background.
   */
  owns(tenant: string, id: string): boolean;
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
  const statuses = new NotificationStatuses({ documents, timers, log });
  const delivery = createDelivery({ ...parts, timers, now: () => clock.now() });
  const deliverers = shared && createDeliverers(parts, timers, pollInterval, () => lookAround());
  const counters = createCounters(parts, statuses, (tenant, document) => mirror.put(tenant, document));
  const sending = { ...createSending(parts, delivery), statuses: counters, timers, deliverers };
  const toRequest = shown(sending.toRequest, () => streams);
  const periodic = createPeriodic(parts, { ...sending, toRequest });
  const mirror = new SubscriptionMirror({
    ...{ documents, timers, log, allHearUnchanged: parts.settings.notifyUnchanged, ...shared },
    ...mirrorHooks(() => ({ periodic, notifier, streams })),
  });
  const notifier = createNotifier(parts, { ...sending, mirror });
  const streams = createStreams(parts, { ...sending, mirror });
  describeNotifications(parts.metrics, { notifier, periodic, mirror, delivery, streams });
  const relay = new Relay({
    outbox,
    onDeliveries: (deliveries) => {
      notifier.accept(deliveries);
      streams.wake();
    },
    log,
    timers,
  });
  const lookAround = (): void => {
    relay.wake();
    void notifier.share();
  };
  const drain: Drain = (tenant, entityId) => relay.drain(tenant, entityId);
  const sweep = createSweep(parts, timers);
  store.setDrain(drain);
  return {
    match: (tenant, change, now = clock.now()) => mirror.match(tenant, change, now),
    copyHeaders: headerCopier(mirror),
    notifiesUnchanged: (tenant) => mirror.hearsUnchanged(tenant),
    mirror,
    notifier,
    statuses,
    streams,
    toRequest: sending.toRequest,
    drain,
    ...lifetimeOf({ mirror, periodic, deliverers, notifier, relay, sweep, statuses, delivery, streams }),
  };
}

interface LivingParts {
  readonly mirror: SubscriptionMirror;
  readonly periodic: PeriodicNotifier;
  readonly deliverers: Deliverers | false;
  readonly notifier: Notifier;
  readonly relay: Relay;
  readonly sweep: DeadLetterSweep;
  readonly statuses: NotificationStatuses;
  readonly delivery: NotificationDelivery;
  readonly streams: Streams;
}

/** What is to be told of every Subscription that comes or changes, and of every one that goes. */
function mirrorHooks(
  told: () => Pick<LivingParts, 'periodic' | 'notifier' | 'streams'>,
): Required<Pick<SubscriptionMirrorParts, 'onPut' | 'onRemove'>> {
  return {
    onPut: (tenant, document, compiled) => {
      told().periodic.put(tenant, document, compiled);
      told().notifier.resume({ tenant, subscriptionId: document.id });
    },
    onRemove: (tenant, id) => {
      told().periodic.remove(tenant, id);
      told().notifier.forget({ tenant, subscriptionId: id });
      told().streams.remove(tenant, id);
    },
  };
}

/** In which order they begin and end, and what this process is there for meanwhile. */
function lifetimeOf({
  mirror,
  periodic,
  deliverers,
  notifier,
  relay,
  sweep,
  statuses,
  delivery,
  streams,
}: LivingParts): Pick<Notifications, 'recover' | 'owns' | 'stop'> {
  return {
    owns: (tenant, id) => (deliverers ? deliverers.owns(tenant, id) : true),
    recover: async () => {
      await periodic.load();
      await mirror.start();
      // With its first look it takes up what waits; before that it knows of nothing that it is to deliver.
      if (deliverers) await deliverers.start();
      else await notifier.recover();
      relay.start();
      periodic.start();
      sweep.start();
    },
    stop: async (milliseconds) => {
      streams.stop();
      await mirror.stop();
      await sweep.stop();
      await relay.stop();
      await Promise.all([notifier.stop(milliseconds), periodic.stop(milliseconds)]);
      if (deliverers) await deliverers.stop();
      await statuses.stop();
      await delivery.stop();
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
    mark: processMark(),
    hasEnded,
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

/** What sends a notification, of a change or of a period, and what counts it. */
type Sending = AttemptParts & Required<Pick<NotifierParts, 'onOutcome'>>;

function createSending(
  { store, contexts, clock, log, metrics, settings, random = Math.random }: NotificationParts,
  delivery: NotificationDelivery,
): Sending {
  const now = (): Micros => clock.now();
  const outcomes = metrics.counter({
    name: 'carillon_notifications_total',
    help: 'Notifications by outcome of their attempts: delivered, retry, dead.',
    labels: ['outcome'],
  });
  return {
    onOutcome: (outcome) => outcomes.inc({ outcome }),
    toRequest: (compiled, batch) => toNotificationRequest(compiled, batch, { contexts, store, log }),
    send: withShownReasons(delivery.send),
    now,
    random,
    log,
    retry: {
      maxAttempts: settings.notificationMaxAttempts,
      maxAge: settings.notificationMaxAge,
      firstDelay: settings.notificationRetryDelay,
      longestDelay: settings.notificationMaxRetryDelay,
    },
  };
}

function createCounters(
  { store: { documents }, clock, log, settings }: NotificationParts,
  statuses: NotificationStatuses,
  onPaused: FailurePauseParts['onPaused'],
): Counters {
  const after = settings.notificationPauseAfter;
  return pausingFailing({ after, statuses, documents, onPaused, now: () => clock.now(), log });
}

interface NotifierNeeds extends Sending {
  readonly statuses: Counters;
  readonly timers: Timers;
  readonly deliverers: Deliverers | false;
}

function createNotifier(
  { store }: NotificationParts,
  { mirror, deliverers, ...sending }: NotifierNeeds & { readonly mirror: SubscriptionMirror },
): Notifier {
  return new Notifier({
    ...sending,
    toRequest: sentOnly(sending.toRequest),
    ...(deliverers && { owns: (tenant, id) => deliverers.owns(tenant, id) }),
    outbox: store.outbox,
    subscriptions: mirror,
  });
}

function createPeriodic(
  { store }: NotificationParts,
  { deliverers, ...sending }: NotifierNeeds,
): PeriodicNotifier {
  return new PeriodicNotifier({
    ...sending,
    ...(deliverers && { rankOf: (tenant, id) => deliverers.rankOf(tenant, id) }),
    store,
    self: randomUUID(),
  });
}

function createStreams(
  { store, settings, pollInterval }: NotificationParts,
  { mirror, ...sending }: NotifierNeeds & { readonly mirror: SubscriptionMirror },
): Streams {
  return new Streams({
    ...sending,
    ...(pollInterval !== undefined && { pollInterval }),
    deliveryLog: store.deliveryLog,
    find: (tenant, id) => mirror.find(tenant, id),
    limit: settings.streamLimit,
    heartbeat: settings.streamHeartbeat,
    patience: settings.streamPatience,
  });
}
