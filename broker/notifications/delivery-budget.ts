export interface DeliveryBudgetParts {
  /** The most deliveries in memory over all Subscriptions, as long as each has little, by weight; 10,000 when not given. */
  readonly overall?: number;
  /** The most of one Subscription, by weight; 128 when not given. */
  readonly perSubscription?: number;
  /** The most of one Subscription that is told of them together, by weight: of a notification; 1,000 when not given. */
  readonly perNotification?: number;
}

/** The part of one Subscription. */
export interface BudgetShare {
  /** The most that it may have in memory now, by weight; one delivery it may always have. */
  share(): number;
  /** Counts and weighs what came into memory, or, with negative numbers, what left it. */
  add(count: number, weight: number): void;
}

// So that every Subscription goes on, however many others are stuck.
const LEAST_SHARE = 2;

/** Weighs the deliveries in memory, so that a huge backlog, or many of them, or huge Entities stay in the store. */
export class DeliveryBudget {
  readonly #overall: number;
  readonly #perSubscription: number;
  readonly #perNotification: number;
  #count = 0;
  #weight = 0;

  constructor({ overall = 10_000, perSubscription = 128, perNotification = 1000 }: DeliveryBudgetParts = {}) {
    this.#overall = overall;
    this.#perSubscription = perSubscription;
    this.#perNotification = perNotification;
  }

  /** That of a Subscription whose notifications tell of one delivery each, or, under throttling, of all that wait. */
  of(isThrottled: () => boolean): BudgetShare {
    const most = (): number => (isThrottled() ? this.#perNotification : this.#perSubscription);
    return {
      share: () => (this.#weight < this.#overall ? most() : LEAST_SHARE),
      add: (count, weight) => this.#add(count, weight),
    };
  }

  /** Deliveries in memory, for the metrics. */
  used(): number {
    return this.#count;
  }

  #add(count: number, weight: number): void {
    this.#count += count;
    this.#weight = this.#count === 0 ? 0 : this.#weight + weight;
  }
}
