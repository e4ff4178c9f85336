import type { Micros } from '../domain/entity.ts';
import type { Delivery, DeliveryOutcome, Outbox } from '../store/store.ts';
import { type AttemptParts, attempt } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { DeliveryBudget, type DeliveryBudgetParts } from './delivery-budget.ts';
import { EndpointGates, type EndpointGatesParts } from './endpoint-gates.ts';
import type { NotificationStatuses } from './notification-status.ts';
import { isTooOld } from './retry-policy.ts';
import { type Settled, Settlement } from './settlement.ts';
import { type QueueOf, SubscriptionQueue } from './subscription-queue.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';

export interface NotifierParts extends AttemptParts {
  readonly outbox: Pick<Outbox, 'deliveries' | 'settle' | 'subscriptionsWithDeliveries' | 'dropDeliveries'>;
  /** The Subscriptions as this process knows them (`get`), and after a look into the store (`find`). */
  readonly subscriptions: {
    get(tenant: string, id: string): CompiledSubscription | undefined;
    find(tenant: string, id: string): Promise<CompiledSubscription | undefined>;
  };
  readonly statuses: Pick<NotificationStatuses, 'record' | 'read'>;
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
  /** Attempts under way. */
  readonly #sending = new Set<Promise<unknown>>();
  /** The reading that was begun last. */
  #recovering: Promise<unknown> = Promise.resolve();
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
    if (this.#parts.owns) this.#read(deliveries.filter((of) => this.#isFor(of)));
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
    for (const [key, queue] of this.#queues) {
      if (this.#owns(queue.of)) continue;
      queue.close('finish');
      this.#queues.delete(key);
    }
    await this.recover();
    await this.#recovering;
    this.#sharing = false;
  }

  /** Takes up what waits in the store, after a start; resolves when that is known, and tries until the store answers. */
  async recover(): Promise<void> {
    try {
      const waiting = await this.#parts.outbox.subscriptionsWithDeliveries();
      if (!this.#stopped) this.#read(waiting.filter((of) => this.#isFor(of)));
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'waiting notifications could not be read; trying again');
      if (!this.#parts.owns) this.#parts.timers.after(PAUSE, () => void this.recover());
    }
  }

  /** Looks for deliveries that were put back into the store, such as dead letters that are to be tried again. */
  lookFor(of: QueueOf): void {
    if (!this.#stopped && this.#isFor(of)) this.#read([of]);
  }

  /** Takes up what waits for a Subscription that could not be read and was written anew. */
  resume({ tenant, subscriptionId }: QueueOf): void {
    if (this.#unusable.delete(keyOf(tenant, subscriptionId))) this.lookFor({ tenant, subscriptionId });
  }

  /** Reads from the store what waits for these Subscriptions. */
  #read(all: readonly QueueOf[]): void {
    const queues = new Set(all.map((of) => this.#queueOf(of)));
    // All of them first: what is offered from now on stands behind what waits.
    for (const queue of queues) queue.expectMore();
    const rest = queues.values();
    this.#recovering = Promise.all(Array.from({ length: READERS }, () => refillEach(rest)));
  }

  #owns({ tenant, subscriptionId }: QueueOf): boolean {
    return this.#parts.owns?.(tenant, subscriptionId) ?? true;
  }

  #isFor(of: QueueOf): boolean {
    return (
      this.#owns(of) &&
      (this.#unusable.size === 0 || !this.#unusable.has(keyOf(of.tenant, of.subscriptionId)))
    );
  }

  /** Its deliveries wait in the store alone, so that they cost nothing. */
  #setAside({ tenant, subscriptionId }: QueueOf): void {
    const key = keyOf(tenant, subscriptionId);
    this.#unusable.add(key);
    this.#queues.get(key)?.close('finish');
    this.#queues.delete(key);
    const fields = { tenant, subscriptionId };
    this.#parts.log.warn(fields, 'notifications wait: this version cannot read their subscription');
  }

  /** Stops deliveries of a Subscription that was deleted, retries too, and drops what waits (clause 5.8.5). */
  async drop(tenant: string, subscriptionId: string): Promise<void> {
    const key = keyOf(tenant, subscriptionId);
    this.#queues.get(key)?.close('discard');
    this.#queues.delete(key);
    this.#unusable.delete(key);
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
    return new SubscriptionQueue(
      { tenant, subscriptionId },
      {
        outbox,
        get: () => subscriptions.get(tenant, subscriptionId),
        find: () => subscriptions.find(tenant, subscriptionId),
        lastNotification: async (): Promise<Micros | undefined> =>
          (await statuses.read(tenant, subscriptionId))?.lastNotification,
        onGone: () => this.#dropQuietly(tenant, subscriptionId),
        onUnusable: () => this.#setAside({ tenant, subscriptionId }),
        attempt: (compiled, batch) => attempt(compiled, batch, this.#parts),
        record: (sent) => statuses.record(tenant, subscriptionId, sent),
        isTooOld: (delivery) => isTooOld(delivery, now(), retry),
        gates: { enter: (endpoint, sender) => this.#gates.enter(endpoint, () => this.#tracked(sender())) },
        settlement: this.#settlement,
        now,
        timers,
        log,
        budget: this.#budget,
      },
    );
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
      this.#parts.onOutcome?.(outcome.kind);
      if (outcome.kind === 'retry') continue;
      const key = keyOf(delivery.tenant, delivery.subscriptionId);
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

async function refillEach(queues: Iterator<SubscriptionQueue>): Promise<void> {
  for (let next = queues.next(); !next.done; next = queues.next()) await next.value.refill();
}
