import type { Micros } from '../domain/entity.ts';
import type { Delivery, DeliveryOutcome, Outbox, StoredDelivery } from '../store/store.ts';
import type { AttemptEnd } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { DeliveryWindow } from './delivery-window.ts';
import type { EndpointGates, Reach } from './endpoint-gates.ts';
import { addTo, createLane, dueAt, type Lane, nextOf, postpone, takeFrom } from './lane.ts';
import type { NotificationLog } from './log.ts';
import { toOutcome, type Verdict } from './retry-policy.ts';
import type { Settlement } from './settlement.ts';
import type { Timers } from './timers.ts';

export interface SubscriptionQueueParts {
  readonly outbox: Pick<Outbox, 'deliveries'>;
  /** The Subscription as it is now, as far as this process knows. */
  readonly get: () => CompiledSubscription | undefined;
  /** The same after a look into the store. */
  readonly find: () => Promise<CompiledSubscription | undefined>;
  /** When the last notification was sent, for throttling across restarts. */
  readonly lastNotification: () => Promise<Micros | undefined>;
  /** Called when the Subscription exists no more. */
  readonly onGone: () => void;
  readonly attempt: (compiled: CompiledSubscription, batch: readonly StoredDelivery[]) => Promise<AttemptEnd>;
  readonly gates: Pick<EndpointGates, 'enter'>;
  readonly settlement: Pick<Settlement, 'add'>;
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** The most deliveries in memory. */
  readonly window: number;
}

const PAUSE = 1000;

/**
 * Everything that waits for the receiver of one Subscription: sent in commit order per Entity, or, under throttling,
 * as the latest of every Entity in one notification per period.
 */
export class SubscriptionQueue {
  readonly #of: { readonly tenant: string; readonly subscriptionId: string };
  readonly #parts: SubscriptionQueueParts;
  readonly #window: DeliveryWindow;
  readonly #lanes = new Map<string, Lane>();
  #closed: 'finish' | 'discard' | undefined;
  /** Kept under throttling only. */
  #lastSent: Micros | undefined;
  #hasLearnt = false;

  constructor(
    of: { readonly tenant: string; readonly subscriptionId: string },
    parts: SubscriptionQueueParts,
  ) {
    this.#of = of;
    this.#parts = parts;
    this.#window = new DeliveryWindow(of, {
      outbox: parts.outbox,
      size: parts.window,
      onDelivery: (delivery) => this.#place(delivery),
    });
  }

  /** Takes a delivery that has just been stored. */
  offer(delivery: Delivery): void {
    if (!this.#closed) this.#window.offer(delivery);
  }

  /** Reads from the store what waits there. */
  recover(): void {
    this.#window.expectMore();
    this.refill();
  }

  /** Tells that the store knows how it ended. */
  forget(delivery: Delivery): void {
    this.#window.forget(delivery);
  }

  /** Reads on from the store where something is left and there is room. */
  refill(): void {
    if (this.#closed) return;
    this.#window.refill().catch((error: unknown) => {
      this.#parts.log.warn({ err: error, ...this.#of }, 'deliveries could not be read; trying again');
      this.#parts.timers.after(PAUSE, () => this.refill());
    });
  }

  /** Starts nothing any more. `discard` ignores how it ends what is being sent: the Subscription is gone. */
  close(how: 'finish' | 'discard'): void {
    this.#closed = how;
    for (const lane of this.#lanes.values()) lane.cancel();
  }

  /** True when it can be forgotten and made anew later. */
  isIdle(): boolean {
    return this.#lanes.size === 0 && this.#lastSent === undefined && this.#window.isEmpty();
  }

  #settle(deliveries: readonly Delivery[], outcome: DeliveryOutcome): void {
    if (this.#closed === 'discard') return;
    for (const delivery of deliveries) this.#parts.settlement.add({ delivery, outcome });
  }

  #place(delivery: StoredDelivery): void {
    const isThrottled = this.#parts.get()?.subscription.throttling !== undefined;
    const key = isThrottled ? '' : delivery.entityId;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = createLane(key, isThrottled);
      this.#lanes.set(key, lane);
    }
    this.#settle(addTo(lane, delivery), { kind: 'delivered' });
    this.#schedule(lane);
  }

  #schedule(lane: Lane): void {
    if (this.#closed || lane.state === 'queued' || lane.state === 'sending') return;
    lane.cancel();
    lane.state = 'idle';
    const due = dueAt(lane);
    if (due === undefined) this.#lanes.delete(lane.key);
    else if (lane.isThrottled && !this.#hasLearnt) this.#learn(lane);
    else this.#enterAt(lane, Math.max(due, this.#throttledUntil(lane)));
  }

  #enterAt(lane: Lane, due: Micros): void {
    const wait = due - this.#parts.now();
    if (wait <= 0) {
      this.#enter(lane);
      return;
    }
    lane.state = 'timed';
    lane.cancel = this.#parts.timers.after(Math.ceil(wait / 1000), () => {
      lane.state = 'idle';
      this.#schedule(lane);
    });
  }

  #throttledUntil(lane: Lane): Micros {
    const period = this.#parts.get()?.subscription.throttling;
    if (!lane.isThrottled || period === undefined || this.#lastSent === undefined) return 0;
    return this.#lastSent + period;
  }

  /** The first time, asks when the last notification was sent: a restart must not break the period. */
  #learn(lane: Lane): void {
    lane.state = 'queued';
    const proceed = (last?: Micros): void => {
      this.#hasLearnt = true;
      this.#lastSent ??= last;
      lane.state = 'idle';
      this.#schedule(lane);
    };
    // Throttling is worth less than the notification: without an answer it is sent.
    this.#parts.lastNotification().then(proceed, () => proceed());
  }

  #enter(lane: Lane): void {
    lane.state = 'queued';
    const known = this.#parts.get();
    if (known) this.#parts.gates.enter(known.origin, () => this.#run(lane));
    else this.#look(lane);
  }

  /** The Subscription was made on another replica a moment ago, or deleted there. */
  #look(lane: Lane): void {
    this.#parts.find().then(
      (found) => (found ? this.#enter(lane) : this.#parts.onGone()),
      () => void this.#parts.timers.after(PAUSE, () => this.#enter(lane)),
    );
  }

  async #run(lane: Lane): Promise<Reach> {
    const compiled = this.#parts.get();
    if (this.#closed || !compiled) {
      if (!this.#closed) this.#look(lane);
      return 'skipped';
    }
    lane.state = 'sending';
    const { batch, superseded } = nextOf(lane);
    this.#settle(superseded, { kind: 'delivered' });
    const { verdict, reach } = await this.#parts.attempt(compiled, batch);
    if (lane.isThrottled) this.#lastSent = this.#parts.now();
    if (reach === 'unreachable' && verdict.kind === 'retry') {
      // The receiver got nothing: that is no attempt of these deliveries but a matter of the endpoint's gate.
      lane.state = 'queued';
      return 'unreachable';
    }
    this.#conclude(lane, batch, verdict);
    lane.state = 'idle';
    this.#schedule(lane);
    return reach === 'unreachable' ? 'skipped' : reach;
  }

  #conclude(lane: Lane, batch: readonly StoredDelivery[], verdict: Verdict): void {
    const outcome = toOutcome(verdict, this.#parts.now());
    this.#settle(batch, outcome);
    if (outcome.kind === 'retry') postpone(lane, batch, outcome);
    else takeFrom(lane, batch);
  }
}
