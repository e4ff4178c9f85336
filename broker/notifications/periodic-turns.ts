import type { Micros } from '../domain/entity.ts';
import { claimableAt, isOf, LEASE, type Period, type PeriodPlan } from './period.ts';
import type { Periods } from './periods.ts';
import type { QueueOf } from './subscription-queue.ts';

/** One period of a Subscription, begun by this process. */
export interface Turn {
  /** When it was due: with the Subscription it makes the ids of its notifications. */
  readonly at: Micros;
  /** Attempts that failed since the last one that did not. */
  readonly attempts: number;
  /** How many Entities the receiver has got already. */
  readonly delivered: number;
}

export interface PeriodicTurnsParts {
  readonly periods: Periods;
  /** The place of this process among those that share the store, 0 for the one that is to notify. */
  readonly rank: () => number;
  /** True when other processes may share the store. */
  readonly isShared: boolean;
  /** How far an earlier process came, if that is known. */
  readonly stored?: Period | undefined;
}

/** How long a process waits for the one before it in rank, at most: microseconds, and a part of the interval. */
const PATIENCE: Micros = 1_000_000;
const PART_OF_INTERVAL = 4;

/** The turns of one periodic Subscription that this process takes: at most one at a time. */
export class PeriodicTurns {
  readonly of: QueueOf;
  readonly #parts: PeriodicTurnsParts;
  #plan: PeriodPlan;
  #turn: Turn | undefined;
  /** True while the store keeps others from the turn, or is yet to be told that it has ended. */
  #isLeased = false;
  /** When the next period begins, as far as is known. */
  #due: Micros;
  /** When there is something to do. */
  #wakeAt: Micros;

  constructor(of: QueueOf, plan: PeriodPlan, parts: PeriodicTurnsParts) {
    this.of = of;
    this.#plan = plan;
    this.#parts = parts;
    const { stored } = parts;
    const period = stored !== undefined && isOf(stored, plan) ? stored : { due: plan.since + plan.interval };
    this.#due = period.due;
    this.#wakeAt = claimableAt(period);
  }

  /** Takes over a later version of the Subscription; false when it is another one, or has another interval. */
  follow(plan: PeriodPlan): boolean {
    if (plan.interval !== this.#plan.interval || plan.createdAt !== this.#plan.createdAt) return false;
    this.#plan = { ...plan, since: this.#plan.since };
    return true;
  }

  /** When to call `current`: the later the lower the rank, but for a turn under way. */
  wakeAt(): Micros {
    if (this.#turn !== undefined) return this.#wakeAt;
    const patience = Math.min(this.#plan.interval / PART_OF_INTERVAL, PATIENCE);
    return this.#wakeAt + Math.floor(this.#parts.rank() * patience);
  }

  /**
   * The turn under way unless a newer one has taken its place, or the one that begins; undefined when there is nothing to
   * do before `wakeAt`. @throws what the store throws
   */
  async current(now: Micros): Promise<Turn | undefined> {
    const { of } = this;
    const { periods, rank } = this.#parts;
    const turn = this.#turn;
    if (turn !== undefined && now < this.#due && (!this.#isLeased || (await this.hold(turn, now))))
      return turn;
    if (turn === undefined && this.#isLeased) await this.#release();
    // Reading alone is cheaper, and mostly the first in rank has been there.
    const looked = turn === undefined && rank() > 0 ? await periods.look(of, this.#plan, now) : undefined;
    const begun = looked?.kind === 'wait' ? looked : await periods.begin(of, this.#plan, now);
    if (begun.kind === 'wait') {
      this.#turn = undefined;
      this.#due = begun.due;
      this.#wakeAt = begun.until;
      return undefined;
    }
    this.#due = begun.period.due;
    this.#isLeased = begun.period.lease !== undefined;
    this.#turn = { at: begun.at, attempts: 0, delivered: 0 };
    return this.#turn;
  }

  /** Keeps others from the turn for a while; false when it is theirs by now. @throws what the store throws */
  async hold({ at }: Turn, from: Micros): Promise<boolean> {
    this.#isLeased = await this.#parts.periods.hold(this.of, { at, until: from + LEASE });
    return this.#isLeased;
  }

  /**
   * The turn is over, whether it succeeded or not; the next one is not begun before `notBefore`. @throws what the store
   * throws; `current` sees to it then
   */
  async end(notBefore: Micros = 0): Promise<void> {
    if (this.#turn !== undefined && notBefore > this.#due) return this.postpone(this.#turn, notBefore);
    this.#turn = undefined;
    this.#wakeAt = this.#due;
    if (this.#isLeased) await this.#release();
  }

  /** The same turn goes on, where it is still that of this process. */
  goOn(turn: Turn): void {
    this.#turn = turn;
  }

  /** The turn that was left begins anew, unless it is another process's by now. */
  restart(turn: Turn, now: Micros): void {
    this.#turn = this.#isLeased ? { ...turn, delivered: 0 } : undefined;
    this.#wakeAt = this.#isLeased ? now : this.#due;
  }

  /**
   * The turn is tried again then. When the next period has begun by then it is that one, and other processes leave it
   * to this one. @throws what the store throws
   */
  async postpone(turn: Turn, until: Micros): Promise<void> {
    this.#turn = turn;
    this.#wakeAt = until;
    const isSafe = !this.#parts.isShared || until < this.#due;
    if (isSafe && !this.#isLeased) return;
    if (!(await this.hold(turn, until))) this.#turn = undefined;
  }

  /** `wakeAt` is then: after a failure of the store, or when what held the turn up is over. */
  lookAgain(at: Micros): void {
    this.#wakeAt = at;
  }

  async #release(): Promise<void> {
    await this.#parts.periods.release(this.of);
    this.#isLeased = false;
  }
}
