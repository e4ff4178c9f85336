import type { TemporalStore } from '../store/temporal-store.ts';
import { isAnyRolledUp } from './rolled-up-values.ts';
import type { TemporalView } from './temporal-view.ts';

/** Whether a query selects Entities by Attributes of which values in the interval were rolled up. */
export interface UnjudgedValues {
  /** Looks whether some of these Attributes of an Entity were, unless it is known already that the answer lacks them. */
  look(id: string, attributes: readonly string[]): Promise<void>;
  /** There are some. */
  note(): void;
}

/** Calls `onFound` once. Only of aggregated values such are to be told, and nothing is looked for where there are none. */
export function unjudgedValues(
  temporal: Pick<TemporalStore, 'rollUps'>,
  view: TemporalView,
  onFound: () => void,
): UnjudgedValues {
  let isAny: Promise<boolean> | undefined;
  let isFound = false;
  const note = (): void => {
    if (!isFound) onFound();
    isFound = true;
  };
  return {
    look: async (id, attributes) => {
      if (isFound || view.aggregation === undefined) return;
      isAny ??= temporal.rollUps.isAny();
      if ((await isAny) && (await isAnyRolledUp(temporal, id, view, attributes))) note();
    },
    note,
  };
}
