import type { Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import { DAY } from '../../store/roll-ups.ts';
import type { TemporalStore } from '../../store/temporal-store.ts';
import { countOf, rolledUpAtAnyTime, walkRollUps } from '../rolled-up-values.ts';
import type { TemporalView } from '../temporal-view.ts';

/**
 * Watches over a border between slices of aggregated values that lies within hours or days which instances may be rolled
 * up to: those of behind it that became part of one from before it, after the slice before was read, are in no slice.
 */
export interface SliceBorder {
  readonly at: Micros;
  /** Notes what lies across it. To be called while the slice before it is read, steadily. */
  note(): Promise<void>;
  /** To be called when what comes behind it was read. @throws NgsiLdError Unavailable where more lies across it now */
  check(): Promise<void>;
}

/** The border at a moment of the history that a view shows. */
export function sliceBorder(
  temporal: Pick<TemporalStore, 'rollUps'>,
  id: string,
  view: TemporalView,
  at: Micros,
): SliceBorder {
  const query = { ...view.query, from: at, to: at };
  let noted: ReadonlyMap<string, number> = new Map();
  const across = async (): Promise<ReadonlyMap<string, number>> => {
    const counts = new Map<string, number>();
    // Nothing lies across the end of a day.
    if (at % DAY === 0 || !Number.isFinite(at)) return counts;
    for (const attribute of await rolledUpAtAnyTime(temporal, id, view)) {
      for await (const rollUp of walkRollUps(temporal, id, { ...view, query }, attribute))
        counts.set(attribute, (counts.get(attribute) ?? 0) + countOf(rollUp));
    }
    return counts;
  };
  return {
    at,
    note: async () => {
      noted = await across();
    },
    check: async () => {
      for (const [attribute, count] of await across())
        if (count > (noted.get(attribute) ?? 0)) throw disturbed(id);
    },
  };
}

function disturbed(id: string): NgsiLdError {
  return new NgsiLdError(
    'Unavailable',
    `instances of ${id} were rolled up while they were exported, to hours or days that the periods part: try again, or take periods that begin with days (a timeAt at midnight in UTC)`,
  );
}
