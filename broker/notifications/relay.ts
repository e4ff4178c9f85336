import type { Delivery } from '../store/delivery.ts';
import type { ChangeRecord, Haste, Outbox } from '../store/outbox.ts';
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
/** Milliseconds that changes wait for others, where nobody waits for what becomes of them. */
const GATHERING = 200;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Where change records are looked for. */
type Look = 'pending' | 'left' | 'recent';

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
  readonly #wanted = new Set<Look>();
  #haste: Haste = 'now';
  #stopped = false;
  /** How many wait for it to be idle. */
  #hurried = 0;
  #endPause = (): void => {};
  #endGathering = (): void => {};

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#batch = parts.batch ?? 100;
  }

  /** Folds what a crash left behind, and from then on what every commit leaves. */
  start(): void {
    this.#parts.outbox.onCommitted((haste) => this.#want('recent', haste));
    this.#want('pending', 'now');
  }

  /** Looks for change records that were left behind, such as those of a process that is gone. */
  wake(): void {
    this.#want('left', 'soon');
  }

  /**
   * Resolves when no change record of this Entity that was committed before the call is left to fold: temporal reads
   * call it first. @throws what the store throws
   */
  async drain(tenant: string, entityId: string): Promise<void> {
    const find = (limit: number) => this.#parts.outbox.pending(limit, { tenant, entityId });
    while ((await this.#foldSome(find)).length > 0) {
      // Large records come in batches that are not full: only an empty one is the last.
    }
  }

  /** Resolves when nothing is left to fold, or when `stop` was called. */
  async idle(): Promise<void> {
    this.#hurried += 1;
    this.#endGathering();
    while (this.#running && !this.#stopped) await this.#running;
    this.#hurried -= 1;
  }

  /** Ends after the batch in hand. What is left stays in the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPause();
    await this.#running;
    await this.#turn;
  }

  #want(look: Look, haste: Haste): void {
    this.#wanted.add(look);
    if (haste === 'now') {
      this.#haste = 'now';
      this.#endGathering();
    }
    if (!this.#stopped) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let wait = FIRST_PAUSE;
    while (this.#wanted.size > 0 && !this.#stopped) {
      if (this.#haste === 'soon' && this.#hurried === 0) await this.#gather();
      if (this.#stopped) break;
      const [look = 'recent'] = this.#wanted;
      this.#wanted.delete(look);
      this.#haste = this.#wanted.size > 0 ? this.#haste : 'soon';
      try {
        this.#goOn(look, await this.#foldSome((limit) => this.#parts.outbox[look](limit)));
        wait = FIRST_PAUSE;
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'change records could not be folded; trying again');
        this.#wanted.add(look);
        this.#haste = 'now';
        await this.#pause(wait);
        wait = Math.min(wait * 2, LONGEST_PAUSE);
      }
    }
    this.#running = undefined;
  }

  /** Looks again where it found something: at once where that was much, or somebody waits for it. */
  #goOn(look: Look, folded: readonly ChangeRecord[]): void {
    if (folded.length === 0) return;
    const isFull = folded.length >= this.#batch;
    // What others commit meanwhile is theirs: only what was there at the start is looked for everywhere.
    this.#wanted.add(look === 'pending' && !isFull ? 'left' : look);
    const isUrgent = isFull || folded.some(isWaitedFor);
    if (isUrgent) this.#haste = 'now';
  }

  async #gather(): Promise<void> {
    const ended = this.#pause(GATHERING);
    this.#endGathering = this.#endPause;
    await ended;
    this.#endGathering = () => {};
  }

  /** One batch at a time, so that this process folds no record, and hands on no delivery, twice. */
  #foldSome(find: (limit: number) => Promise<readonly ChangeRecord[]>): Promise<readonly ChangeRecord[]> {
    const { outbox, onDeliveries } = this.#parts;
    const next = this.#turn.then(async () => {
      const records = firstOf(await find(this.#batch));
      if (records.length === 0) return records;
      const rows = foldRecords(records);
      await outbox.fold(records, rows);
      if (rows.deliveries.length > 0) onDeliveries(rows.deliveries);
      return records;
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

function isWaitedFor({ notify }: ChangeRecord): boolean {
  return notify.length > 0;
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
