import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import type { HistoryCollections } from './history.ts';
import type { HistoryDocument } from './history-document.ts';
import type { RollUpDocument } from './roll-up-document.ts';

/**
 * An instance moves from its row to a roll-up by one write of the roll-up, while an edit is a write of the row: a claim
 * keeps these apart. A row says which version of which roll-up may take it, and that is written only as that version. So
 * who wants the row for something else makes another version of the roll-up first, and then writes the row if the claim
 * is still the same: then it was not taken, and nobody can take it as it was.
 */
export type ClaimedRow = Pick<HistoryDocument, '_id' | 'edited' | 'leaving'>;

/** The version of a roll-up that rows are claimed for. */
type Claimant = Pick<RollUpDocument, '_id' | 'entity' | 'attribute' | 'version'>;

/** Claims rows, as they were read, for a roll-up that was read since. False when one is not there so any more. */
export async function claimRows(
  collections: HistoryCollections,
  claimant: Claimant,
  rows: readonly ClaimedRow[],
): Promise<boolean> {
  if (rows.length === 0) return true;
  const { entity, attribute } = claimant;
  for (const row of rows) {
    const isElsewhere = row.leaving !== undefined && partsOf(row.leaving)._id !== claimant._id;
    if (isElsewhere && !(await releaseRow(collections, entity, row))) return false;
  }
  const leaving = textOf(claimant);
  const claims = rows.map((row) => ({
    updateOne: {
      filter: { ...asRead(row), entity, attribute, leaving: { $in: [row.leaving ?? null, leaving] } },
      update: { $set: { leaving } },
    },
  }));
  const { matchedCount } = await collections.instances.bulkWrite(
    claims as AnyBulkWriteOperation<HistoryDocument>[],
    { ordered: false },
  );
  return matchedCount === rows.length;
}

/** The filter for these rows, where nobody edited or claimed them since they were read. */
export function unchanged(rows: readonly ClaimedRow[]): Filter<HistoryDocument> {
  const alike = new Map<string, { readonly row: ClaimedRow; readonly ids: readonly string[] }>();
  for (const row of rows) {
    const key = JSON.stringify([row.edited, row.leaving]);
    alike.set(key, { row, ids: [...(alike.get(key)?.ids ?? []), row._id] });
  }
  const groups = [...alike.values()].map(({ row, ids }) => ({ ...asRead(row), _id: { $in: [...ids] } }));
  return { $or: groups } as Filter<HistoryDocument>;
}

/** Null finds the rows without the member. */
function asRead({ _id, edited = null, leaving = null }: Partial<Record<keyof ClaimedRow, string | null>>) {
  return { _id, edited, leaving };
}

/**
 * Sees to it that no roll-up takes a row as it was read. False when one has taken it, or may have: then it is to be read
 * again. The row may be claimed anew meanwhile, so it is written only with the same claim.
 */
export async function releaseRow(
  { rollUps }: Pick<HistoryCollections, 'rollUps'>,
  entity: string,
  row: ClaimedRow,
): Promise<boolean> {
  if (row.leaving === undefined) return true;
  const { _id, version } = partsOf(row.leaving);
  const known = await rollUps.findOne({ _id, entity }, { projection: { version: 1, taken: 1 } });
  if (known === null) return true;
  if (known.taken?.includes(row._id)) return false;
  if (known.version !== version) return true;
  const next = { $set: { version: version + 1 } };
  return (await rollUps.updateOne({ _id, entity, version }, next)).matchedCount === 1;
}

function textOf({ version, _id }: Pick<RollUpDocument, '_id' | 'version'>): string {
  return `${version} ${_id}`;
}

function partsOf(claim: string): Pick<RollUpDocument, '_id' | 'version'> {
  const end = claim.indexOf(' ');
  return { version: Number(claim.slice(0, end)), _id: claim.slice(end + 1) };
}
