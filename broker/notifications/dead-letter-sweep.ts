import type { Micros } from '../domain/entity.ts';
import type { Outbox } from '../store/outbox.ts';
import type { NotificationLog } from './log.ts';
import type { Timers } from './timers.ts';

export interface DeadLetterSweepParts {
  readonly outbox: Pick<Outbox, 'subscriptionsWithDeadLetters' | 'forgetDeadLetters'>;
  readonly now: () => Micros;
  readonly timers: Timers;
  readonly log: NotificationLog;
  /** How long a dead letter is kept, in milliseconds. */
  readonly keptFor: number;
  /** How many are kept of one Subscription. */
  readonly most: number;
}

const INTERVAL = 60_000;

/** Keeps the dead letters of every Subscription within their limits: looks once a minute, in the background. */
export class DeadLetterSweep {
  readonly #parts: DeadLetterSweepParts;
  #isStopped = false;
  #sweeping: Promise<void> = Promise.resolve();
  #cancel = (): void => {};

  constructor(parts: DeadLetterSweepParts) {
    this.#parts = parts;
  }

  /** Looks for the first time after a minute: a start has more urgent things to do. */
  start(): void {
    this.#cancel = this.#parts.timers.after(INTERVAL, () => {
      this.#sweeping = this.#sweep();
    });
  }

  /** Resolves when the piece under way is done; what is left waits for the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    try {
      await this.#forgetAll();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'old dead letters could not be removed; trying again in a minute');
    }
    if (!this.#isStopped) this.start();
  }

  async #forgetAll(): Promise<void> {
    const { outbox, now, keptFor, most } = this.#parts;
    const limits = { since: now() - keptFor * 1000, most };
    for (const { tenant, subscriptionId } of await outbox.subscriptionsWithDeadLetters()) {
      while (!this.#isStopped && (await outbox.forgetDeadLetters(tenant, subscriptionId, limits))) {
        // In pieces, so that nobody waits for all of it.
      }
      if (this.#isStopped) return;
    }
  }
}
