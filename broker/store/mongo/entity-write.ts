import type { AnyBulkWriteOperation, Filter, UpdateFilter } from 'mongodb';
import type { Written } from './decide.ts';
import type { EntityDocument, HeldDocument, PendingRecord } from './entity-document.ts';
import { momentOf, withWriter } from './stamps.ts';

/**
 * The one command that writes a new state and its change records: an insert where nothing was, else a compare-and-set
 * on the write that was read, whatever was folded since. Never an upsert: lost to another process, it would make a second
 * first state. `shape` is that of the Entity, undefined where it is deleted.
 */
export function toCommand(
  key: string,
  held: HeldDocument | undefined,
  written: Written,
  shape: string | undefined,
): AnyBulkWriteOperation<EntityDocument> {
  const fields = { ...fieldsOf(held, written), ...(shape !== undefined && { shape }) };
  if (held)
    return { updateOne: { filter: { _id: key, version: held.version }, update: updateOf(fields, written) } };
  const { records } = written;
  const document = { _id: key, ...fields, ...oldestOf(records), ...extentOf(records), pending: records };
  return { insertOne: { document } };
}

/** Matches while neither a writer (`version`) nor the folding of pending records (`oldest`) touched the document. */
export function unchangedSince({ _id, version, oldest }: HeldDocument): Filter<EntityDocument> {
  return { _id, version, oldest: oldest ?? { $exists: false } };
}

type Fields = Omit<EntityDocument, '_id' | 'pending' | 'oldest' | 'pendingCount' | 'pendingBytes'>;

function fieldsOf(held: HeldDocument | undefined, { stamp, ...state }: Written): Fields {
  const { entity, body, tokens, values, sequence } = state;
  return {
    version: stamp,
    writers: withWriter(held?.writers ?? [], stamp),
    ...(entity?.expiresAt !== undefined && { expiresAt: entity.expiresAt }),
    ...(entity
      ? { visibleUntil: entity.expiresAt ?? Number.POSITIVE_INFINITY, body, tokens, values, sequence }
      : { visibleUntil: 0, deletedAt: momentOf(stamp) }),
  };
}

function updateOf(fields: Fields, { entity, records }: Written): UpdateFilter<EntityDocument> {
  const isLasting = fields.expiresAt === undefined;
  return {
    $set: fields,
    $unset: {
      ...(entity ? { deletedAt: '' } : { body: '', tokens: '', values: '', shape: '', sequence: '' }),
      ...(isLasting && { expiresAt: '' }),
    },
    ...(records.length > 0 && withRecords(records)),
  };
}

/** Appends to what is pending by then, which may have been folded since the document was read. */
function withRecords(records: readonly PendingRecord[]): UpdateFilter<EntityDocument> {
  return { $min: oldestOf(records), $inc: extentOf(records), $push: { pending: { $each: [...records] } } };
}

function oldestOf([first]: readonly PendingRecord[]): Pick<EntityDocument, 'oldest'> {
  return first === undefined ? {} : { oldest: first.stamp };
}

function extentOf(records: readonly PendingRecord[]): Pick<EntityDocument, 'pendingCount' | 'pendingBytes'> {
  const pendingBytes = records.reduce((sum, { bytes }) => sum + bytes, 0);
  return { pendingCount: records.length, pendingBytes };
}
