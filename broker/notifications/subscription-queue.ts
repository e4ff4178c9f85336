import type { Micros } from '../domain/entity.ts';
import type { Delivery, DeliveryOutcome, StoredDelivery } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import type { AttemptEnd } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { Cooldown } from './cooldown.ts';
import type { DeliveryBudget } from './delivery-budget.ts';
import { DeliveryWindow } from './delivery-window.ts';
import type { EndpointGates, Reach } from './endpoint-gates.ts';
import { addTo, asOf, createLane, dueAt, type Lane, nextOf, postpone, takeFrom } from './lane.ts';
import type { NotificationLog } from './log.ts';
import { toOutcome, type Verdict } from './retry-policy.ts';
import type { Settlement } from './settlement.ts';
import { Throttle } from './throttle.ts';
import type { Timers } from './timers.ts';
import { UnusableSubscription } from './unusable-subscription.ts';

/** The Subscription that a queue is for. */
export interface QueueOf {
  readonly tenant: string;
  readonly subscriptionId: string;
}

export interface SubscriptionQueueParts {
  readonly outbox: Pick<Outbox, 'deliveries' | 'horizon'>;
  /** The Subscription as it is now, as far as this process knows. */
  readonly get: () => CompiledSubscription | undefined;
  /** The same after a look into the store. */
  readonly find: () => Promise<CompiledSubscription | undefined>;
  /** When the last notification was sent, for throttling across restarts. */
  readonly lastNotification: () => Promise<Micros | undefined>;
  /** Called when the Subscription exists no more. */
  readonly onGone: () => void;
  /** Called when it is one that this version cannot read: the queue is to be closed. */
  readonly onUnusable: () => void;
  readonly attempt: (compiled: CompiledSubscription, batch: readonly StoredDelivery[]) => Promise<AttemptEnd>;
  /** Counts an attempt. */
  readonly record: (sent: NonNullable<AttemptEnd['sent']>) => void;
  /** Resolves when what was counted is durable, or cannot be now. */
  readonly recorded: () => Promise<void>;
  /** True when the delivery is not to be sent any more. */
  readonly isTooOld: (delivery: StoredDelivery) => boolean;
  readonly gates: Pick<EndpointGates, 'enter'>;
  readonly settlement: Pick<Settlement, 'add'>;
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: NotificationLog;
  readonly budget: Pick<DeliveryBudget, 'of'>;
}

const PAUSE = 1000;

/**
 * Everything that waits for the receiver of one Subscription: sent in commit order per Entity, or, under throttling,
 * as the latest of every Entity in one notification per period.
 */
export class SubscriptionQueue {
  readonly of: QueueOf;
  readonly #parts: SubscriptionQueueParts;
  readonly #window: DeliveryWindow;
  readonly #lanes = new Map<string, Lane>();
  #closed: 'finish' | 'discard' | undefined;
  #isRetrying = false;
  readonly #throttle = new Throttle();
  readonly #cooldown = new Cooldown();

  constructor(of: QueueOf, parts: SubscriptionQueueParts) {
    this.of = of;
    this.#parts = parts;
    this.#window = new DeliveryWindow(of, {
      outbox: parts.outbox,
      budget: parts.budget.of(() => parts.get()?.subscription.throttling !== undefined),
      onDelivery: (delivery) => this.#place(delivery),
    });
  }

  /** Takes a delivery that has just been stored. */
  offer(delivery: Delivery): void {
    if (!this.#closed) this.#window.offer(delivery);
  }

  /** Tells that deliveries wait in the store, which `refill` is to read. */
  expectMore(): void {
    this.#window.expectMore();
  }

  /** The same of what other processes may have stored lately. */
  expectOthers(): void {
    this.#window.expectOthers();
  }

  /** True while deliveries are read from the store. */
  isReading(): boolean {
    return this.#window.isReading();
  }

  /** Tells that the store knows how it ended. */
  forget(delivery: Delivery): void {
    this.#window.forget(delivery);
  }

  /** Reads on from the store where something is left and there is room; tries again where that fails. */
  async refill(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#window.refill();
    } catch (error) {
      if (this.#isRetrying) return;
      this.#isRetrying = true;
      this.#parts.log.warn({ err: error, ...this.of }, 'deliveries could not be read; trying again');
      this.#parts.timers.after(PAUSE, () => {
        this.#isRetrying = false;
        void this.refill();
      });
    }
  }

  /** Works out anew when what waits is sent: the Subscription may have another throttling now. */
  reconsider(): void {
    for (const lane of this.#lanes.values()) if (lane.state === 'timed') this.#schedule(lane);
  }

  /** Starts nothing any more. `discard` ignores how it ends what is being sent: the Subscription is gone. */
  close(how: 'finish' | 'discard'): void {
    this.#closed = how;
    for (const lane of this.#lanes.values()) lane.cancel();
    this.#window.close();
  }

  /** True when it can be forgotten and made anew later. */
  isIdle(): boolean {
    const isCooling = this.#cooldown.until(this.#parts.get()) > this.#parts.now();
    return !isCooling && this.#lanes.size === 0 && this.#throttle.isUnused() && this.#window.isEmpty();
  }

  #settle(deliveries: readonly Delivery[], outcome: DeliveryOutcome): void {
    if (this.#closed === 'discard') return;
    for (const delivery of deliveries) this.#parts.settlement.add({ delivery, outcome });
  }

  #place(delivery: StoredDelivery): void {
    if (this.#parts.isTooOld(delivery)) {
      this.#giveUp([delivery]);
      return;
    }
    const isThrottled = this.#parts.get()?.subscription.throttling !== undefined;
    const key = isThrottled ? '' : delivery.entityId;
    // What waits of this Entity goes first, also in a lane from before throttling was changed.
    let lane = this.#lanes.get(isThrottled ? delivery.entityId : '') ?? this.#lanes.get(key);
    if (!lane) {
      lane = createLane(key, isThrottled);
      this.#lanes.set(key, lane);
    }
    this.#settle(addTo(lane, asOf(this.#parts.now(), delivery)), { kind: 'delivered' });
    this.#schedule(lane);
  }

  #giveUp(deliveries: readonly StoredDelivery[]): void {
    const [{ lastError } = {}] = deliveries;
    const error = `too old to be sent${lastError === undefined ? '' : `: ${lastError}`}`;
    this.#parts.log.debug(
      { ...this.of, count: deliveries.length, error },
      'notifications became dead letters',
    );
    this.#settle(deliveries, { kind: 'dead', error });
  }

  #schedule(lane: Lane): void {
    if (this.#closed || lane.state === 'queued' || lane.state === 'sending') return;
    lane.cancel();
    lane.state = 'idle';
    const due = dueAt(lane);
    if (due === undefined) this.#lanes.delete(lane.key);
    else if (lane.isThrottled && !this.#throttle.hasLearnt()) this.#learn(lane);
    else
      this.#enterAt(lane, Math.max(due, this.#throttledUntil(lane), this.#cooldown.until(this.#parts.get())));
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
    if (!lane.isThrottled || period === undefined) return 0;
    return this.#throttle.until(period, { hasMore: this.#window.hasMore() });
  }

  #learn(lane: Lane): void {
    lane.state = 'queued';
    const proceed = (last?: Micros): void => {
      this.#throttle.learn(last);
      this.#release(lane);
    };
    // Throttling is worth less than the notification: without an answer it is sent.
    this.#parts.lastNotification().then(proceed, () => proceed());
  }

  #enter(lane: Lane): void {
    lane.state = 'queued';
    const known = this.#parts.get();
    if (known) this.#parts.gates.enter(known.endpoint, () => this.#run(lane, known.endpoint));
    else this.#look(lane);
  }

  /** The Subscription was made on another replica a moment ago, or deleted there. */
  #look(lane: Lane): void {
    this.#parts.find().then(
      (found) => (found ? this.#enter(lane) : this.#parts.onGone()),
      (error: unknown) => {
        if (this.#closed) return;
        if (error instanceof UnusableSubscription) return this.#parts.onUnusable();
        this.#parts.log.warn({ err: error, ...this.of }, 'a subscription could not be read; trying again');
        this.#parts.timers.after(PAUSE, () => {
          if (!this.#closed) this.#enter(lane);
        });
      },
    );
  }

  async #run(lane: Lane, endpoint: string): Promise<Reach> {
    // What comes in with the first of many goes into the same notification.
    if (lane.isThrottled) await Promise.resolve();
    if (this.#closed) return 'skipped';
    const compiled = this.#parts.get();
    if (compiled?.endpoint !== endpoint) {
      this.#enter(lane);
      return 'skipped';
    }
    const batch = this.#cooldown.until(compiled) > this.#parts.now() ? [] : this.#next(lane);
    if (batch.length === 0) {
      this.#release(lane);
      return 'skipped';
    }
    lane.state = 'sending';
    const end = await this.#parts.attempt(compiled, batch);
    this.#cooldown.note(end.sent, endpoint);
    return this.#finish(lane, batch, end);
  }

  async #finish(
    lane: Lane,
    batch: readonly StoredDelivery[],
    { verdict, reach, sent }: AttemptEnd,
  ): Promise<Reach> {
    const isUnreachable = reach === 'unreachable';
    // What becomes of a Subscription that is gone is of no interest, and would be counted for one that takes its id.
    if (this.#closed === 'discard') return isUnreachable ? 'skipped' : reach;
    if (sent) this.#parts.record(sent);
    if (lane.isThrottled && sent)
      this.#throttle.begin(this.#parts.now(), { isPart: this.#window.isMostly(batch) });
    if (isUnreachable && verdict.kind === 'retry') {
      // The receiver got nothing: that is no attempt of these deliveries but a matter of the endpoint's gate.
      lane.state = 'queued';
      return reach;
    }
    // Who takes over shall not find this delivered and miss when: he would send the next one too early.
    if (lane.isThrottled && sent) await this.#parts.recorded();
    this.#conclude(lane, batch, verdict);
    this.#release(lane);
    return isUnreachable ? 'skipped' : reach;
  }

  /** What is to be sent, after what need not be sent any more was put aside. */
  #next(lane: Lane): readonly StoredDelivery[] {
    const { batch, superseded } = nextOf(lane);
    this.#settle(superseded, { kind: 'delivered' });
    const tooOld = batch.filter((delivery) => this.#parts.isTooOld(delivery));
    if (tooOld.length === 0) return batch;
    this.#giveUp(tooOld);
    takeFrom(lane, tooOld);
    return this.#next(lane);
  }

  #release(lane: Lane): void {
    lane.state = 'idle';
    this.#schedule(lane);
  }

  #conclude(lane: Lane, batch: readonly StoredDelivery[], verdict: Verdict): void {
    const outcome = toOutcome(verdict, this.#parts.now());
    this.#settle(batch, outcome);
    if (outcome.kind === 'retry') postpone(lane, batch, outcome);
    else takeFrom(lane, batch);
  }
}
