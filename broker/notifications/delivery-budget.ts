export interface DeliveryBudgetParts {
  /** The most deliveries in memory over all Subscriptions, as long as each has little, by weight; 10,000 when not given. */
  readonly overall?: number;
  /** The most of one Subscription, by weight; 128 when not given. */
  readonly perSubscription?: number;
}

// So that every Subscription goes on, however many others are stuck.
const LEAST_SHARE = 2;

/** Weighs the deliveries in memory, so that a huge backlog, or many of them, or huge Entities stay in the store. */
export class DeliveryBudget {
  readonly #overall: number;
  readonly #perSubscription: number;
  #count = 0;
  #weight = 0;

  constructor({ overall = 10_000, perSubscription = 128 }: DeliveryBudgetParts = {}) {
    this.#overall = overall;
    this.#perSubscription = perSubscription;
  }

  /** The most that one Subscription may have in memory now, by weight; one delivery it may always have. */
  share(): number {
    return this.#weight < this.#overall ? this.#perSubscription : LEAST_SHARE;
  }

  /** Counts and weighs what came into memory, or, with negative numbers, what left it. */
  add(count: number, weight: number): void {
    this.#count += count;
    this.#weight = this.#count === 0 ? 0 : this.#weight + weight;
  }

  /** Deliveries in memory, for the metrics. */
  used(): number {
    return this.#count;
  }
}
