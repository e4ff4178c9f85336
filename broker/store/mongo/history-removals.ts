import type { Filter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryDocument } from './history-document.ts';

/** Of which instances of an Entity: of all, of one Attribute, or of one dataset of it; or of a lot that was given up. */
export interface RemovedPart {
  readonly attribute?: string;
  /** Empty for the default instance. */
  readonly datasetId?: string;
  /** See `OpenLot`. */
  readonly lot?: number;
}

/**
 * Many documents that were taken away by one write: of the document of their Entity, which says so from then on. Rows
 * have the era of the Entity in which they were written, and each removal begins another one: so those of earlier eras
 * are gone at once, whenever they are deleted, and whoever writes one late, of an era that is over, writes nothing.
 */
export interface Removal extends RemovedPart {
  /** The era that it began. */
  readonly era: number;
  /** Its stamp: when it was, and by which call. */
  readonly by: string;
  /** When the last change was made that it surely came after: what is folded of those later is gone too. */
  readonly upTo: Micros;
  /** True when its rows were deleted. */
  readonly isSwept?: boolean;
}

/** The filter for the rows of an Entity that a removal took away. */
export function rowsOf({ era, attribute, datasetId, lot }: Removal): Filter<HistoryDocument> {
  if (lot !== undefined) return { lot };
  return {
    ...(attribute !== undefined && { attribute }),
    ...(datasetId !== undefined && { datasetId }),
    // Rows of the first era do not say so.
    era: { $not: { $gte: era } },
  };
}

/** True for an instance of a change that was folded before a removal took it away. */
export function isOver(instance: HistoryInstance, removals: readonly Removal[] = []): boolean {
  const { attribute, datasetId = '', modifiedAt } = instance;
  return removals.some(
    (removal) => modifiedAt <= removal.upTo && contains(removal, { attribute, datasetId }),
  );
}

/** True for a document of an era, or of the first, that a removal took away. */
export function isRemoved(
  {
    attribute,
    datasetId,
    era = 0,
  }: { readonly attribute: string; readonly datasetId: string; readonly era?: number },
  removals: readonly Removal[] = [],
): boolean {
  return removals.some((removal) => era < removal.era && contains(removal, { attribute, datasetId }));
}

/** The removals with one more, and without those that it makes needless. */
export function withRemoval(removals: readonly Removal[] = [], added: Removal): readonly Removal[] {
  return [...removals.filter((removal) => !contains(added, removal)), added];
}

function contains(whole: RemovedPart, part: RemovedPart): boolean {
  if (whole.lot !== undefined) return whole.lot === part.lot;
  return (
    (whole.attribute === undefined || whole.attribute === part.attribute) &&
    (whole.datasetId === undefined || whole.datasetId === part.datasetId)
  );
}
