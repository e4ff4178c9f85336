import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';
import { isDatabaseAway, refusedWrites } from '../../../runtime/mongo/errors.ts';
import type { EntityDocument } from './entity-document.ts';

/** What a bulk of writes came to. */
export interface Committed {
  /** True when every write was applied. Else each of them may have been or not: the documents tell. */
  readonly isWhole: boolean;
  /** Positions of writes that the server refused for another reason than a race, with the reason. */
  readonly refused: ReadonlyMap<number, unknown>;
}

/**
 * Writes inserts and compare-and-sets, durably. MongoDB counts what a bulk matched but does not say which of its
 * writes did. @throws the driver's error when the database is away
 */
export async function commitAll(
  entities: Collection<EntityDocument>,
  operations: AnyBulkWriteOperation<EntityDocument>[],
): Promise<Committed> {
  try {
    const { insertedCount, matchedCount } = await entities.bulkWrite(operations, { ordered: false });
    return { isWhole: insertedCount + matchedCount === operations.length, refused: new Map() };
  } catch (error) {
    if (isDatabaseAway(error) || !(error instanceof MongoBulkWriteError) || !hasWriteErrors(error))
      throw error;
    return { isWhole: false, refused: new Map(refusedWrites(error).map((index) => [index, error])) };
  }
}

/** False when the server refused the bulk as a whole. */
function hasWriteErrors({ writeErrors }: MongoBulkWriteError): boolean {
  return [writeErrors].flat().length > 0;
}
