import type { Change } from '../../domain/change/changes.ts';
import { endsRecorded } from '../../domain/change/recorded.ts';
import type { HistoryPart } from '../../store/outbox.ts';

/** Of which Entities a history is kept: all, or those with one of these types (IRIs). */
export type KeptTypes = 'all' | readonly string[];

/** What the write path asks of the history. */
export interface HistoryKeeping {
  /** What of a change goes into the history. Synchronous, and never throws. */
  partOf(change: Change): HistoryPart;
}

/** True for an Entity with these types. */
export function keepsAnyOf(kept: KeptTypes, types: readonly string[]): boolean {
  return kept === 'all' || types.some((type) => kept.includes(type));
}

/**
 * What of a change goes into the history where these types are kept: all, also where it gives an Entity a kept type or
 * takes it away; else nothing but the ends of what is there.
 */
export function partKept(kept: KeptTypes, change: Change): HistoryPart {
  const { entity, before } = change;
  if (keepsAnyOf(kept, entity?.types ?? []) || keepsAnyOf(kept, before?.types ?? [])) return {};
  return endsRecorded(change) ? { endsOnly: true } : { isHistory: false };
}
