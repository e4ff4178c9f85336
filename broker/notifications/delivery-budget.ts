export interface DeliveryBudgetParts {
  /** The most deliveries in memory over all Subscriptions, as long as each has little; 10,000 when not given. */
  readonly overall?: number;
  /** The most of one Subscription; 128 when not given. */
  readonly perSubscription?: number;
}

// So that every Subscription goes on, however many others are stuck.
const LEAST_SHARE = 2;

/** Counts the deliveries in memory, so that a huge backlog, or many of them, stay in the store. */
export class DeliveryBudget {
  readonly #overall: number;
  readonly #perSubscription: number;
  #used = 0;

  constructor({ overall = 10_000, perSubscription = 128 }: DeliveryBudgetParts = {}) {
    this.#overall = overall;
    this.#perSubscription = perSubscription;
  }

  /** The most that one Subscription may have in memory now. */
  share(): number {
    return this.#used < this.#overall ? this.#perSubscription : LEAST_SHARE;
  }

  /** Counts what came into memory, or, with a negative number, what left it. */
  add(count: number): void {
    this.#used += count;
  }

  /** Deliveries in memory, for the metrics. */
  used(): number {
    return this.#used;
  }
}
