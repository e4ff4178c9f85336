import type { Subscription } from '../domain/subscription/subscription.ts';

/** Under which keys of the index a Subscription stands: a change that it matches meets at least one of them. */
export interface IndexKeys {
  readonly ids: readonly string[];
  /** One type of each alternative: an Entity that is selected has it, whatever else is asked. */
  readonly types: readonly string[];
  /** True when it has to be looked at whatever the Entity's id and types. */
  readonly everywhere: boolean;
}

/** The narrowest keys: ids before types before everything. A periodic Subscription is met by no change. */
export function indexKeysOf({
  entities,
  timeInterval,
}: Pick<Subscription, 'entities' | 'timeInterval'>): IndexKeys {
  if (timeInterval !== undefined) return { ids: [], types: [], everywhere: false };
  if (entities === undefined) return { ids: [], types: [], everywhere: true };
  const byTypes = entities.filter(({ ids }) => ids === undefined);
  const alternatives = byTypes.flatMap(({ types }) => types?.anyOf ?? [[]]);
  const types = alternatives.flatMap((alternative) => alternative.slice(0, 1));
  return {
    ids: unique(entities.flatMap(({ ids }) => ids ?? [])),
    types: unique(types),
    everywhere: alternatives.some((alternative) => alternative.length === 0),
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
