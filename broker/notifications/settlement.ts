import type { Delivery, DeliveryOutcome } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import type { NotificationLog } from './log.ts';
import type { Timers } from './timers.ts';

export interface Settled {
  readonly delivery: Delivery;
  readonly outcome: DeliveryOutcome;
}

export interface SettlementParts {
  readonly outbox: Pick<Outbox, 'settle'>;
  /** Called once they are durable. */
  readonly onSettled: (settled: readonly Settled[]) => void;
  readonly timers: Timers;
  readonly log: NotificationLog;
}

const PAUSE = 1000;

/**
 * Writes outcomes of deliveries to the store, many in one call: while a call is under way the next ones collect.
 * While the store is away they wait in memory; if the process ends first, the deliveries are simply made again.
 */
export class Settlement {
  readonly #parts: SettlementParts;
  #collected: Settled[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: SettlementParts) {
    this.#parts = parts;
  }

  add(settled: Settled): void {
    if (this.#stopped) return;
    this.#collected.push(settled);
    this.#running ??= this.#run();
  }

  /** Writes nothing any more; what is not written is delivered again. */
  stop(): void {
    this.#stopped = true;
    this.#collected = [];
  }

  /** Resolves when everything added has been written. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What the same turn of the event loop adds goes into the same call.
    await Promise.resolve();
    while (this.#collected.length > 0) {
      const batch = this.#collected;
      this.#collected = [];
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Settled[]): Promise<void> {
    const { outbox, onSettled, timers, log } = this.#parts;
    try {
      await outbox.settle(batch);
    } catch (error) {
      if (this.#stopped) return;
      log.warn({ err: error }, 'outcomes of notifications could not be written; trying again');
      this.#collected = [...batch, ...this.#collected];
      await new Promise<void>((resolve) => void timers.after(PAUSE, resolve));
      if (this.#stopped) this.#collected = [];
      return;
    }
    onSettled(batch);
  }
}
