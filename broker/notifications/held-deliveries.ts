import type { Delivery } from '../store/delivery.ts';
import type { BudgetShare } from './delivery-budget.ts';
import { weightOf } from './delivery-weight.ts';

type Named = Pick<Delivery, 'id' | 'entityId'>;

/** The deliveries of one Subscription that are in memory: which they are, and what they weigh. */
export class HeldDeliveries {
  readonly #budget: BudgetShare;
  /** The weight of each, by id. */
  readonly #weights = new Map<string, number>();
  /** How many there are of each Entity. */
  readonly #counts = new Map<string, number>();
  #weight = 0;

  constructor(budget: BudgetShare) {
    this.#budget = budget;
  }

  has(id: string): boolean {
    return this.#weights.has(id);
  }

  isEmpty(): boolean {
    return this.#weights.size === 0;
  }

  /** How many there are of the Entity. */
  countOf(entityId: string): number {
    return this.#counts.get(entityId) ?? 0;
  }

  /** What those of them that are held weigh together; all of them when none are named. */
  weight(some?: readonly Pick<Delivery, 'id'>[]): number {
    return some ? some.reduce((sum, { id }) => sum + (this.#weights.get(id) ?? 0), 0) : this.#weight;
  }

  /** How much more may be held now, by weight; 0 or less when nothing may. */
  room(): number {
    return this.#budget.share() - this.#weight;
  }

  /** Adds one that is not held yet; answers its weight. */
  add({ id, entityId, change }: Named & Pick<Delivery, 'change'>): number {
    const weight = weightOf(change);
    this.#weights.set(id, weight);
    this.#counts.set(entityId, this.countOf(entityId) + 1);
    this.#weigh(1, weight);
    return weight;
  }

  /** Takes one away; without effect when it is not held. */
  remove({ id, entityId }: Named): void {
    const weight = this.#weights.get(id);
    if (weight === undefined) return;
    this.#weights.delete(id);
    this.#weigh(-1, -weight);
    const left = this.countOf(entityId) - 1;
    if (left > 0) this.#counts.set(entityId, left);
    else this.#counts.delete(entityId);
  }

  /** Takes all of them away. */
  clear(): void {
    this.#weigh(-this.#weights.size, -this.#weight);
    this.#weights.clear();
    this.#counts.clear();
  }

  #weigh(count: number, weight: number): void {
    // What is left of fractions that were added and taken away must not add up.
    this.#weight = this.#weights.size === 0 ? 0 : this.#weight + weight;
    this.#budget.add(count, weight);
  }
}
