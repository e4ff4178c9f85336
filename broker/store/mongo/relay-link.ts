import type { Haste } from '../outbox.ts';
import type { Drain } from '../store.ts';
import { RecentRecords, type RecordedWrite } from './recent-records.ts';

/** What the store knows of who folds its change records, and of what there is to fold. */
export class RelayLink {
  readonly recent = new RecentRecords();
  readonly #listeners: ((haste: Haste) => void)[] = [];
  #drain: Drain | undefined;

  set(drain: Drain): void {
    this.#drain = drain;
  }

  /** True when somebody folds when asked. */
  isThere(): boolean {
    return this.#drain !== undefined;
  }

  /** Resolves when what was pending of the Entity is folded, where somebody does. */
  async drain(tenant: string, entityId: string): Promise<void> {
    await this.#drain?.(tenant, entityId);
  }

  listen(listener: (haste: Haste) => void): void {
    this.#listeners.push(listener);
  }

  /** Asks the listeners to fold at once what is pending, also what other processes committed. */
  hurry(): void {
    this.recent.doubt();
    this.#call('now');
  }

  /** Tells the listeners of writes that were committed; undefined where what they were made of is not known any more. */
  tell(writes: readonly RecordedWrite[] | undefined): void {
    if (writes === undefined) this.recent.doubt();
    else for (const write of writes) this.recent.add(write);
    this.#call(writes === undefined ? 'now' : this.recent.hasteOf(writes));
  }

  #call(haste: Haste): void {
    for (const listener of this.#listeners) listener(haste);
  }
}
