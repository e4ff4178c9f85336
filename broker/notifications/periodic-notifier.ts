import { statusOf } from '../domain/subscription/subscription.ts';
import type { SubscriptionDocument } from '../domain/subscription/subscription-document.ts';
import type { Store } from '../store/store.ts';
import type { AttemptParts } from './attempt.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { Cooldown } from './cooldown.ts';
import { EndpointGates, type Reach } from './endpoint-gates.ts';
import type { NotificationStatuses } from './notification-status.ts';
import { type Period, SHORTEST_INTERVAL } from './period.ts';
import { PeriodicTurns, type Turn } from './periodic-turns.ts';
import { Periods } from './periods.ts';
import type { Verdict } from './retry-policy.ts';
import { sendTurn, type TurnEnd } from './send-turn.ts';
import type { QueueOf } from './subscription-queue.ts';
import { keyOf } from './tenant-key.ts';
import type { Timers } from './timers.ts';
import { WakeUps } from './wake-ups.ts';

export interface PeriodicNotifierParts extends AttemptParts {
  readonly store: Pick<Store, 'of' | 'documents'>;
  readonly statuses: Pick<NotificationStatuses, 'record'>;
  readonly timers: Timers;
  /** The name of this process among those that share the store. */
  readonly self: string;
  /** The place of this process among those, 0 for the one that is to notify. Leave it out where there are no others. */
  readonly rankOf?: (tenant: string, subscriptionId: string) => number;
  /** Told how every attempt ended, for the metrics. */
  readonly onOutcome?: (outcome: Verdict['kind']) => void;
}

/** A periodic Subscription as this process knows it. */
interface Periodic {
  readonly key: string;
  readonly turns: PeriodicTurns;
  readonly cooldown: Cooldown;
  compiled: CompiledSubscription;
  /** True from when it is at its endpoint's gate until nothing of it is under way. */
  isBusy: boolean;
}

/** Microseconds. */
const PAUSE = 1_000_000;
/** Notifications under way at once: each may hold a large one in memory. */
const AT_ONCE = 64;

/**
 * Notifies of what matches, whether it changed or not, of each Subscription that has a timeInterval (clause 5.8.6). Where
 * several processes share the store, one of them begins each period, the first in rank unless that is late. A period
 * that could not be delivered is tried again until the next one is due.
 */
export class PeriodicNotifier {
  readonly #parts: PeriodicNotifierParts;
  readonly #periods: Periods;
  readonly #gates: EndpointGates;
  readonly #wakeUps: WakeUps;
  readonly #all = new Map<string, Periodic>();
  /** What was stored at the start, until it is taken in. */
  #stored = new Map<string, QueueOf & { readonly period: Period }>();
  readonly #running = new Set<Promise<Reach>>();
  #state: 'loading' | 'started' | 'stopped' = 'loading';

  constructor(parts: PeriodicNotifierParts) {
    const { store, self, timers, now } = parts;
    this.#parts = parts;
    this.#periods = new Periods({ documents: store.documents, self });
    this.#gates = new EndpointGates({ timers, overall: AT_ONCE });
    this.#wakeUps = new WakeUps({ timers, now, onDue: (key) => this.#wake(key) });
  }

  /** Reads how far an earlier process came. To be called before the first `put`. @throws what the store throws */
  async load(): Promise<void> {
    const all = await this.#periods.all();
    this.#stored = new Map(all.map((one) => [keyOf(one.tenant, one.subscriptionId), one]));
  }

  /** Begins to notify, when all Subscriptions that there are have been `put`. */
  start(): void {
    if (this.#state !== 'loading') return;
    this.#state = 'started';
    for (const one of this.#all.values()) this.#schedule(one);
    const left = [...this.#stored].filter(([key]) => !this.#all.has(key)).map(([, one]) => one);
    this.#stored.clear();
    void this.#removeAll(left);
  }

  /**
   * Takes in a Subscription as it is now, and forgets one that is not periodic. A new interval counts from the moment
   * of the change.
   */
  put(tenant: string, document: SubscriptionDocument, compiled: CompiledSubscription): void {
    const { timeInterval } = compiled.subscription;
    if (timeInterval === undefined) {
      this.remove(tenant, document.id);
      return;
    }
    const key = keyOf(tenant, document.id);
    const { createdAt, modifiedAt } = document;
    const interval = Math.max(timeInterval, SHORTEST_INTERVAL);
    const plan = { interval, since: modifiedAt, createdAt, modifiedAt };
    let one = this.#all.get(key);
    if (one?.turns.follow(plan)) {
      // A cooldown, or a wait after an attempt that failed, was about the other endpoint.
      if (one.compiled.endpoint !== compiled.endpoint) one.turns.lookAgain(this.#parts.now());
      one.compiled = compiled;
    } else {
      const of = { tenant, subscriptionId: document.id };
      const stored = this.#stored.get(key)?.period;
      const { rankOf } = this.#parts;
      const rank = () => rankOf?.(tenant, document.id) ?? 0;
      const parts = { periods: this.#periods, isShared: rankOf !== undefined, rank, stored };
      const turns = new PeriodicTurns(of, plan, parts);
      // A new interval does not end the cooldown of the endpoint.
      one = { key, turns, cooldown: one?.cooldown ?? new Cooldown(), compiled, isBusy: false };
      this.#all.set(key, one);
    }
    if (!one.isBusy) this.#schedule(one);
  }

  /** Notifies no more of a Subscription that is gone. */
  remove(tenant: string, subscriptionId: string): void {
    const key = keyOf(tenant, subscriptionId);
    this.#wakeUps.delete(key);
    // One process for all: another one's late removal could hit a Subscription that has got the id since.
    const isFirst = (this.#parts.rankOf?.(tenant, subscriptionId) ?? 0) === 0;
    if (this.#all.delete(key) && isFirst) void this.#removeAll([{ tenant, subscriptionId }]);
  }

  /** Begins nothing any more; resolves when what is being sent has ended, or after `milliseconds`. */
  async stop(milliseconds: number): Promise<void> {
    this.#state = 'stopped';
    this.#wakeUps.clear();
    if (this.#running.size === 0) return;
    const late = new Promise<void>((resolve) => void this.#parts.timers.after(milliseconds, resolve));
    await Promise.race([Promise.all(this.#running), late]);
  }

  /** Notifications being sent, for the metrics. */
  sending(): number {
    return this.#gates.sending();
  }

  async #removeAll(all: readonly QueueOf[]): Promise<void> {
    try {
      for (const of of all) await this.#periods.remove(of);
    } catch (error) {
      // What is left is found by the next start, and harms nobody until then.
      this.#parts.log.warn({ err: error }, 'periods of deleted subscriptions could not be removed');
    }
  }

  #isOurs(one: Periodic): boolean {
    return this.#state === 'started' && this.#all.get(one.key) === one;
  }

  #schedule(one: Periodic): void {
    if (this.#isOurs(one)) this.#wakeUps.set(one.key, one.turns.wakeAt());
  }

  #wake(key: string): void {
    const one = this.#all.get(key);
    if (one !== undefined && !one.isBusy && this.#isActive(one)) this.#enter(one);
  }

  /** One that is paused or expired waits for the update that revives it. */
  #isActive({ compiled }: Periodic): boolean {
    return statusOf(compiled.subscription, this.#parts.now()) === 'active';
  }

  #enter(one: Periodic): void {
    one.isBusy = true;
    const { endpoint } = one.compiled;
    this.#gates.enter(endpoint, () => {
      const running = this.#run(one, endpoint);
      this.#running.add(running);
      return running.finally(() => this.#running.delete(running));
    });
  }

  async #run(one: Periodic, endpoint: string): Promise<Reach> {
    if (!this.#isOurs(one)) return 'skipped';
    if (one.compiled.endpoint !== endpoint) {
      this.#enter(one);
      return 'skipped';
    }
    const reach = await this.#takeTurn(one).catch((error: unknown): Reach => {
      const { of } = one.turns;
      this.#parts.log.warn({ err: error, ...of }, 'a period could not be notified of; trying again');
      one.turns.lookAgain(this.#parts.now() + PAUSE);
      return 'skipped';
    });
    // What was unreachable is sent again by the gate.
    if (reach === 'unreachable') return reach;
    one.isBusy = false;
    this.#schedule(one);
    return reach;
  }

  /** 'unreachable' only where the gate is to come back to it. */
  async #takeTurn(one: Periodic): Promise<Reach> {
    const { cooldown, compiled } = one;
    const coolUntil = cooldown.until(compiled);
    const turn = this.#isActive(one) ? await one.turns.current(this.#parts.now()) : undefined;
    if (turn === undefined) return 'skipped';
    if (coolUntil > this.#parts.now()) {
      await one.turns.postpone(turn, coolUntil);
      return 'skipped';
    }
    const { turn: left, end } = await this.#send(one, turn);
    if (end !== 'given up') cooldown.note(end.sent, compiled.endpoint);
    if (end === 'given up') {
      one.turns.restart(left, this.#parts.now());
      return 'skipped';
    }
    const { verdict, reach } = end;
    const isUnreachable = reach === 'unreachable';
    if (verdict.kind !== 'retry') await one.turns.end(cooldown.until(compiled));
    else if (!isUnreachable) await one.turns.postpone(left, this.#parts.now() + verdict.delay * 1000);
    else if (this.#isOurs(one)) {
      one.turns.goOn(left);
      return reach;
    }
    return isUnreachable ? 'skipped' : reach;
  }

  #send(one: Periodic, turn: Turn): Promise<TurnEnd> {
    const { compiled, turns } = one;
    const { tenant, subscriptionId } = turns.of;
    const { store, statuses, now, onOutcome } = this.#parts;
    const isSame = () => this.#isOurs(one) && one.compiled === compiled;
    return sendTurn(turns.of, compiled, turn, {
      ...this.#parts,
      store: store.of(tenant),
      record: ({ verdict, sent }) => {
        if (sent) onOutcome?.(verdict.kind);
        // What becomes of a Subscription that is gone would be counted for one that takes its id.
        if (sent && this.#all.get(one.key) === one) statuses.record(tenant, subscriptionId, sent);
      },
      mayGoOn: async () => isSame() && (await turns.hold(turn, now())) && isSame(),
    });
  }
}
