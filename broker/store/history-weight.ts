import { weightOfAttribute } from '../domain/weight.ts';
import type { HistoryInstance } from './temporal-store.ts';

/** About how many characters the text of an instance has; found without making it, since each that is read is weighed. */
export function weightOf({ attributeInstance }: Pick<HistoryInstance, 'attributeInstance'>): number {
  return weightOfAttribute(attributeInstance);
}

/** As `weightOf`, of all of them together. */
export function weightOfAll(instances: readonly Pick<HistoryInstance, 'attributeInstance'>[]): number {
  let sum = 0;
  for (const instance of instances) sum += weightOf(instance);
  return sum;
}

/** How many of these, from the first on, have no more text than `weight` together: one at least, and all where that is. */
export function countWithin(
  instances: readonly Pick<HistoryInstance, 'attributeInstance'>[],
  weight: number,
): number {
  let sum = 0;
  const first = instances.findIndex((instance, index) => {
    sum += weightOf(instance);
    return index > 0 && sum > weight;
  });
  return first < 0 ? instances.length : first;
}
