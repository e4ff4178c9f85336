import type { HistoryEntity, TemporalStore } from '../store/temporal-store.ts';
import { isAnyGone } from './gone-gaps.ts';
import { isAnyRolledUp } from './rolled-up-values.ts';
import type { TemporalView } from './temporal-view.ts';

/** Whether a query selects Entities by Attributes of which values in the interval were rolled up. */
export interface UnjudgedValues {
  /** Looks whether some of these Attributes of an Entity were, unless it is known already that the answer lacks them. */
  look(entity: HistoryEntity, attributes: readonly string[]): Promise<void>;
  /** Whether there may be any. */
  isAny(): Promise<boolean>;
  /** There are some. */
  note(): void;
  /** Whether it is known that the answer lacks some: there is nothing to look for any more. */
  isNoted(): boolean;
}

/** Calls `onFound` once. Of aggregated values roll-ups are looked for besides, unless there are none at all. */
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
    look: async (entity, attributes) => {
      if (isFound) return;
      if (isAnyGone(entity, attributes, view.query)) note();
      else if ((await isAny()) && (await isAnyRolledUp(temporal, entity.id, view, attributes))) note();
    },
    note,
    isNoted: () => isFound,
  };
}
