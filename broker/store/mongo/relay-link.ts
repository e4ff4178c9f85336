import type { Drain } from '../store.ts';

/** What the store knows of who folds its change records. */
export class RelayLink {
  readonly #listeners: (() => void)[] = [];
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

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners that change records were committed. */
  announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
