import type { Change } from '../domain/change/changes.ts';

/** Characters of text that weigh as much as an ordinary delivery as a whole. */
const UNIT = 4096;
/** What an object, an array, a member or a number costs besides its text, about. */
const OVERHEAD = 16;

const known = new WeakMap<Change, number>();

/**
 * What a delivery of this change weighs in memory: 1 for one of ordinary size, more in proportion for a large one. An
 * estimate, made once of each change, however many Subscriptions it notifies.
 */
export function weightOf(change: Change): number {
  const weight = known.get(change) ?? Math.max(1, sizeOf(change) / UNIT);
  known.set(change, weight);
  return weight;
}

/** What is as it was is in memory once. */
function sizeOf({ entity, before }: Change): number {
  const now = entity?.attributes ?? {};
  const changed = Object.entries(before?.attributes ?? {}).filter(([name, was]) => now[name] !== was);
  return sizeOfValue(now) + sizeOfValue(changed);
}

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD + value.length;
  if (typeof value !== 'object' || value === null) return OVERHEAD;
  let size = OVERHEAD;
  for (const member of Object.values(value)) size += OVERHEAD + sizeOfValue(member);
  return size;
}
