import type { Micros } from '../domain/entity.ts';
import type { Delivery, DeliveryOutcome } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import { type AttemptParts, attempt } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { DeliveryBudget, type DeliveryBudgetParts } from './delivery-budget.ts';
import { EndpointGates, type EndpointGatesParts, type Reach, type Sender } from './endpoint-gates.ts';
import type { NotificationStatuses } from './notification-status.ts';
import { isTooOld } from './retry-policy.ts';
import { type Settled, Settlement } from './settlement.ts';
import { type QueueOf, SubscriptionQueue } from './subscription-queue.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';
import { Unfinished } from './unfinished.ts';

export interface NotifierParts extends AttemptParts {
  readonly outbox: Pick<
    Outbox,
    'deliveries' | 'horizon' | 'settle' | 'subscriptionsWithDeliveries' | 'dropDeliveries'
  >;
  /** The Subscriptions as this process knows them (`get`), and after a look into the store (`find`). */
  readonly subscriptions: {
    get(tenant: string, id: string): CompiledSubscription | undefined;
    find(tenant: string, id: string): Promise<CompiledSubscription | undefined>;
  };
  readonly statuses: Pick<NotificationStatuses, 'record' | 'read' | 'flush'>;
  readonly timers: Timers;
  readonly gates?: Omit<EndpointGatesParts, 'timers'>;
  /** True for Subscriptions that this process delivers to, where several share the store; else all of them. */
  readonly owns?: (tenant: string, subscriptionId: string) => boolean;
  /** Told of every outcome once it is durable, for the metrics. */
  readonly onOutcome?: (outcome: DeliveryOutcome['kind']) => void;
  /** How many deliveries may be in memory. */
  readonly memory?: DeliveryBudgetParts;
}

const PAUSE = 1000;
/** Subscriptions whose deliveries are read from the store at the same time. */
const READERS = 8;

/**
 * Delivers notifications (clause 5.8.6): at least once, in commit order per Subscription and Entity, several Entities
 * and Subscriptions at a time, so that no endpoint waits for another one.
 */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #gates: EndpointGates;
  readonly #settlement: Settlement;
  readonly #budget: DeliveryBudget;
  readonly #queues = new Map<string, SubscriptionQueue>();
  /** Subscriptions that this version cannot read, until they are written anew. */
  readonly #unusable = new Set<string>();
  /** By Subscription: attempts under way, and outcomes on their way into the store. */
  readonly #unfinished = new Unfinished();
  /** Attempts under way. */
  readonly #sending = new Set<Promise<unknown>>();
  #sharing = false;
  #stopped = false;

  constructor(parts: NotifierParts) {
    const { outbox, timers, log } = parts;
    this.#parts = parts;
    this.#gates = new EndpointGates({ timers, ...parts.gates });
    this.#budget = new DeliveryBudget(parts.memory);
    this.#settlement = new Settlement({ outbox, timers, log, onSettled: (all) => this.#forget(all) });
  }

  /** Takes deliveries that have just been stored, in commit order within an Entity. */
  accept(deliveries: readonly Delivery[]): void {
    if (this.#stopped) return;
    if (this.#parts.owns) this.#readOfOthers(deliveries);
    else
      for (const delivery of deliveries) if (this.#isFor(delivery)) this.#queueOf(delivery).offer(delivery);
  }

  /**
   * Where several processes share the store: leaves Subscriptions that others deliver to now, and looks for what waits
   * for those of this process, also when others have stored it.
   */
  async share(): Promise<void> {
    if (this.#stopped || this.#sharing) return;
    this.#sharing = true;
    for (const [key, queue] of this.#queues) if (!this.#owns(queue.of)) this.#leave(key);
    // What is still being read is looked at the next time: a store that is slow is not asked for more than it gives.
    await this.#findWaiting((waiting) => this.#readOfOthers(waiting.filter((of) => !this.#isReading(of))));
    this.#sharing = false;
  }

  /** Takes up what waits in the store, after a start; resolves when that is known, and tries until the store answers. */
  async recover(): Promise<void> {
    const isFound = await this.#findWaiting((waiting) => this.#read(waiting));
    if (!isFound) this.#parts.timers.after(PAUSE, () => void this.recover());
  }

  /** False when the store does not answer. */
  async #findWaiting(use: (waiting: readonly QueueOf[]) => void): Promise<boolean> {
    try {
      const waiting = await this.#parts.outbox.subscriptionsWithDeliveries();
      if (!this.#stopped) use(waiting);
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'waiting notifications could not be read; trying again');
      return false;
    }
  }

  /** Looks for deliveries that were put back into the store, such as dead letters that are to be tried again. */
  lookFor(of: QueueOf): void {
    if (!this.#stopped) this.#read([of]);
  }

  /** Tells that a Subscription was written: what waits may be sent sooner or later, or at last where it was unusable. */
  resume({ tenant, subscriptionId }: QueueOf): void {
    const key = keyOf(tenant, subscriptionId);
    this.#queues.get(key)?.reconsider();
    if (this.#unusable.delete(key)) this.lookFor({ tenant, subscriptionId });
  }

  /** Reads from the store what waits for those of the Subscriptions that are this process's. */
  #read(all: readonly QueueOf[]): void {
    const queues = this.#queuesOf(all);
    // All of them first: what is offered from now on stands behind what waits.
    for (const queue of queues) queue.expectMore();
    refillAll(queues);
  }

  /** The same of what was stored by any process since the last look, without a word of what exactly. */
  #readOfOthers(all: readonly QueueOf[]): void {
    const queues = this.#queuesOf(all);
    for (const queue of queues) queue.expectOthers();
    refillAll(queues);
  }

  #isReading({ tenant, subscriptionId }: QueueOf): boolean {
    return this.#queues.get(keyOf(tenant, subscriptionId))?.isReading() ?? false;
  }

  #queuesOf(all: readonly QueueOf[]): ReadonlySet<SubscriptionQueue> {
    return new Set(all.filter((of) => this.#isFor(of)).map((of) => this.#queueOf(of)));
  }

  #owns({ tenant, subscriptionId }: QueueOf): boolean {
    return this.#parts.owns?.(tenant, subscriptionId) ?? true;
  }

  #isFor(of: QueueOf): boolean {
    if (!this.#owns(of)) return false;
    const key = keyOf(of.tenant, of.subscriptionId);
    return !this.#unusable.has(key) && !this.#isLeft(key);
  }

  /**
   * True while something is under way of a queue that was left to another process, though it came back meanwhile: the
   * store does not show yet how that ended. The next look finds it.
   */
  #isLeft(key: string): boolean {
    return this.#parts.owns !== undefined && !this.#queues.has(key) && this.#unfinished.has(key);
  }

  /** Begins nothing more for it; what is under way ends. */
  #leave(key: string): void {
    this.#queues.get(key)?.close('finish');
    this.#queues.delete(key);
  }

  /** Sends, unless the Subscription has become another process's since it was this one's turn to wait. */
  async #send(of: QueueOf, sender: Sender): Promise<Reach> {
    const key = keyOf(of.tenant, of.subscriptionId);
    if (!this.#owns(of)) {
      this.#leave(key);
      return 'skipped';
    }
    this.#unfinished.begin(key);
    try {
      return await this.#tracked(sender());
    } finally {
      this.#unfinished.end(key);
    }
  }

  #settle(settled: Settled): void {
    this.#unfinished.begin(keyOf(settled.delivery.tenant, settled.delivery.subscriptionId));
    this.#settlement.add(settled);
  }

  /** Its deliveries wait in the store alone, so that they cost nothing. */
  #setAside({ tenant, subscriptionId }: QueueOf): void {
    const key = keyOf(tenant, subscriptionId);
    this.#unusable.add(key);
    this.#leave(key);
    const fields = { tenant, subscriptionId };
    this.#parts.log.warn(fields, 'notifications wait: this version cannot read their subscription');
  }

  /** Stops deliveries of a Subscription that was deleted, here or by another process, retries too (clause 5.8.5). */
  forget({ tenant, subscriptionId }: QueueOf): void {
    const key = keyOf(tenant, subscriptionId);
    this.#queues.get(key)?.close('discard');
    this.#queues.delete(key);
    this.#unusable.delete(key);
  }

  /** The same, and drops what waits in the store. */
  async drop(tenant: string, subscriptionId: string): Promise<void> {
    this.forget({ tenant, subscriptionId });
    await this.#parts.outbox.dropDeliveries(tenant, subscriptionId);
  }

  /**
   * Starts nothing any more and resolves when what is being sent has ended and is written down, or after
   * `milliseconds`. What did not end is sent again after the next start.
   */
  async stop(milliseconds: number): Promise<void> {
    this.#stopped = true;
    for (const queue of this.#queues.values()) queue.close('finish');
    const ended = Promise.all(this.#sending).then(() => this.#settlement.idle());
    const late = new Promise<void>((resolve) => void this.#parts.timers.after(milliseconds, resolve));
    await Promise.race([ended, late]);
    this.#settlement.stop();
  }

  /** Deliveries in memory, for the metrics. */
  waiting(): number {
    return this.#budget.used();
  }

  /** Notifications being sent, for the metrics. */
  sending(): number {
    return this.#gates.sending();
  }

  #queueOf({ tenant, subscriptionId }: QueueOf): SubscriptionQueue {
    const key = keyOf(tenant, subscriptionId);
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = this.#createQueue(tenant, subscriptionId);
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #createQueue(tenant: string, subscriptionId: string): SubscriptionQueue {
    const { outbox, subscriptions, statuses, now, timers, log, retry } = this.#parts;
    const of = { tenant, subscriptionId };
    return new SubscriptionQueue(of, {
      outbox,
      get: () => subscriptions.get(tenant, subscriptionId),
      find: () => subscriptions.find(tenant, subscriptionId),
      lastNotification: async (): Promise<Micros | undefined> =>
        (await statuses.read(tenant, subscriptionId))?.lastNotification,
      onGone: () => this.#dropQuietly(tenant, subscriptionId),
      onUnusable: () => this.#setAside(of),
      attempt: (compiled, batch) => attempt(compiled, batch, this.#parts),
      record: (sent) => statuses.record(tenant, subscriptionId, sent),
      recorded: () => statuses.flush().catch(() => undefined),
      isTooOld: (delivery) => isTooOld(delivery, now(), retry),
      gates: { enter: (endpoint, sender) => this.#gates.enter(endpoint, () => this.#send(of, sender)) },
      settlement: { add: (settled) => this.#settle(settled) },
      now,
      timers,
      log,
      budget: this.#budget,
    });
  }

  #dropQuietly(tenant: string, subscriptionId: string): void {
    this.drop(tenant, subscriptionId).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, tenant, subscriptionId }, 'deliveries could not be dropped');
      this.#parts.timers.after(PAUSE, () => this.#dropQuietly(tenant, subscriptionId));
    });
  }

  #tracked<T>(attempting: Promise<T>): Promise<T> {
    this.#sending.add(attempting);
    return attempting.finally(() => this.#sending.delete(attempting));
  }

  /** What is settled for good leaves memory; a queue with nothing left too. */
  #forget(settled: readonly Settled[]): void {
    const touched = new Set<string>();
    for (const { delivery, outcome } of settled) {
      const key = keyOf(delivery.tenant, delivery.subscriptionId);
      this.#unfinished.end(key);
      this.#parts.onOutcome?.(outcome.kind);
      if (outcome.kind === 'retry') continue;
      this.#queues.get(key)?.forget(delivery);
      touched.add(key);
    }
    for (const key of touched) {
      const queue = this.#queues.get(key);
      if (queue?.isIdle()) this.#queues.delete(key);
      else void queue?.refill();
    }
  }
}

/** A few at a time; those that are being read already go on by themselves, and must keep nobody waiting. */
function refillAll(queues: ReadonlySet<SubscriptionQueue>): void {
  const rest = queues.values();
  const refillEach = async (): Promise<void> => {
    for (const queue of rest) if (!queue.isReading()) await queue.refill();
  };
  for (let reader = 0; reader < READERS; reader++) void refillEach();
}
