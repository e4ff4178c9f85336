import type { Attribute, Json } from '../domain/entity.ts';
import type { HistoryInstance } from './store.ts';

/** What every instance has, and every member of an object, beside its values, in characters. */
const FRAME = 200;
const MEMBER = 4;

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

function weightOfAttribute({ value, subAttributes, ngsildproof }: Attribute): number {
  let weight = FRAME + weightOfJson(value);
  if (ngsildproof !== undefined) weight += weightOfJson(ngsildproof);
  if (subAttributes === undefined) return weight;
  for (const instances of Object.values(subAttributes)) {
    for (const instance of instances) weight += weightOfAttribute(instance);
  }
  return weight;
}

function weightOfJson(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return MEMBER;
  let weight = 0;
  for (const [name, member] of Object.entries(value)) weight += MEMBER + name.length + weightOfJson(member);
  return weight;
}
