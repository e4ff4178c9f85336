import type { Micros } from '../../domain/entity.ts';
import { type Cutoffs, cutoffsAt, type KeptFor, policyFor } from '../../domain/retention/history-policy.ts';
import type { NamedPolicy } from './history-policies.ts';

/** The cutoffs of an Attribute of Entities of these types at a time; each combination is looked for once. */
export function cutoffFinder(
  policies: readonly NamedPolicy[],
  fallback: KeptFor,
  now: Micros,
): (types: readonly string[], attribute: string) => Cutoffs | undefined {
  const found = new Map<string, Cutoffs | undefined>();
  // What several policies keep for the same time goes by their names, so that the answer is always the same.
  const inOrder = [...policies].sort((one, other) => (one.name < other.name ? -1 : 1));
  return (types, attribute) => {
    const key = JSON.stringify([attribute, ...types]);
    if (found.has(key)) return found.get(key);
    const cutoffs = cutoffsAt(now, policyFor(inOrder, types, attribute) ?? fallback);
    found.set(key, cutoffs);
    return cutoffs;
  };
}
