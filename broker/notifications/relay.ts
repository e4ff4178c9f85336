import type { Delivery } from '../store/delivery.ts';
import type { ChangeRecord, Outbox } from '../store/outbox.ts';
import { foldRecords } from './fold-records.ts';
import type { NotificationLog } from './log.ts';
import type { Timers } from './timers.ts';

export interface RelayParts {
  readonly outbox: Outbox;
  /** Gets the deliveries of each batch after it is durable, in commit order within an Entity. */
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
  readonly log: NotificationLog;
  readonly timers: Timers;
  /** The most records folded in one step, and so the longest that requests wait for it; 100 when not given. */
  readonly batch?: number;
}

/** Deliveries written in one step, but for those of one record that has more. */
const MOST_DELIVERIES = 1000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/**
 * Turns committed change records into history rows and deliveries, behind the answer to the write. Several processes
 * may fold the same records: the rows are the same.
 */
export class Relay {
  readonly #parts: RelayParts;
  readonly #batch: number;
  /** The end of the batch in hand. */
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;
  #endPause = (): void => {};

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#batch = parts.batch ?? 100;
  }

  /** Folds what a crash left behind, and from then on what every commit leaves. */
  start(): void {
    this.#parts.outbox.onCommitted(() => this.wake());
    this.wake();
  }

  /** Looks for change records, such as those of a process that is gone. */
  wake(): void {
    this.#wanted = true;
    if (!this.#stopped) this.#running ??= this.#run();
  }

  /**
   * Resolves when no change record of this Entity that was committed before the call is left to fold: temporal reads
   * call it first. @throws what the store throws
   */
  async drain(tenant: string, entityId: string): Promise<void> {
    while ((await this.#foldSome({ tenant, entityId })) > 0) {
      // Large records come in batches that are not full: only an empty one is the last.
    }
  }

  /** Resolves when nothing is left to fold, or when `stop` was called. */
  async idle(): Promise<void> {
    while (this.#running && !this.#stopped) await this.#running;
  }

  /** Ends after the batch in hand. What is left stays in the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPause();
    await this.#running;
    await this.#turn;
  }

  async #run(): Promise<void> {
    let wait = FIRST_PAUSE;
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      try {
        if ((await this.#foldSome()) > 0) this.#wanted = true;
        wait = FIRST_PAUSE;
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'change records could not be folded; trying again');
        this.#wanted = true;
        await this.#pause(wait);
        wait = Math.min(wait * 2, LONGEST_PAUSE);
      }
    }
    this.#running = undefined;
  }

  /** One batch at a time, so that this process folds no record, and hands on no delivery, twice. */
  #foldSome(of?: { readonly tenant: string; readonly entityId: string }): Promise<number> {
    const { outbox, onDeliveries } = this.#parts;
    const next = this.#turn.then(async () => {
      const records = firstOf(await outbox.pending(this.#batch, of));
      if (records.length === 0) return 0;
      const rows = foldRecords(records);
      await outbox.fold(records, rows);
      if (rows.deliveries.length > 0) onDeliveries(rows.deliveries);
      return records.length;
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(milliseconds, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** As many from the beginning as notify a limited number of Subscriptions, so that requests do not wait for all. */
function firstOf(records: readonly ChangeRecord[]): readonly ChangeRecord[] {
  let deliveries = 0;
  const end = records.findIndex(({ notify }, index) => {
    deliveries += notify.length;
    return index > 0 && deliveries > MOST_DELIVERIES;
  });
  return end < 0 ? records : records.slice(0, end);
}
