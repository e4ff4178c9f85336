import type { Subscription } from '../domain/subscription/subscription.ts';

/** Under which keys of the index a Subscription stands: a change that it matches meets at least one of them. */
export interface IndexKeys {
  readonly ids: readonly string[];
  /** One type of each alternative: an Entity that is selected has it, whatever else is asked. */
  readonly types: readonly string[];
  /** True when it has to be looked at whatever the Entity's id and types. */
  readonly everywhere: boolean;
}

/** The narrowest keys: ids before types before everything. */
export function indexKeysOf({ entities }: Pick<Subscription, 'entities'>): IndexKeys {
  const ids = new Set<string>();
  const types = new Set<string>();
  let everywhere = entities === undefined;
  for (const selector of entities ?? []) {
    if (selector.ids) for (const id of selector.ids) ids.add(id);
    else if (!selector.types) everywhere = true;
    else for (const [type] of selector.types.anyOf) type === undefined ? (everywhere = true) : types.add(type);
  }
  return { ids: [...ids], types: [...types], everywhere };
}
