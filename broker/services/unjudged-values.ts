import type { TemporalStore } from '../store/temporal-store.ts';
import { isAnyRolledUp } from './rolled-up-values.ts';
import type { TemporalView } from './temporal-view.ts';

/** Whether a query selects Entities by Attributes of which values in the interval were rolled up. */
export interface UnjudgedValues {
  /** Looks whether some of these Attributes of an Entity were, unless it is known already that the answer lacks them. */
  look(id: string, attributes: readonly string[]): Promise<void>;
  /** Whether there may be any. */
  isAny(): Promise<boolean>;
  /** There are some. */
  note(): void;
}

/** Calls `onFound` once. Only of aggregated values such are to be told, and nothing is looked for where there are none. */
export function unjudgedValues(
  temporal: Pick<TemporalStore, 'rollUps'>,
  view: TemporalView,
  onFound: () => void,
): UnjudgedValues {
  let known: Promise<boolean> | undefined;
  let isFound = false;
  const note = (): void => {
    if (!isFound) onFound();
    isFound = true;
  };
  const isAny = async (): Promise<boolean> => {
    if (view.aggregation === undefined) return false;
    known ??= temporal.rollUps.isAny();
    return known;
  };
  return {
    isAny,
    look: async (id, attributes) => {
      if (!isFound && (await isAny()) && (await isAnyRolledUp(temporal, id, view, attributes))) note();
    },
    note,
  };
}
