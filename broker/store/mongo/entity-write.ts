import type { AnyBulkWriteOperation, Filter, UpdateFilter } from 'mongodb';
import type { Written } from './decide.ts';
import type { EntityDocument, HeldDocument } from './entity-document.ts';
import { momentOf, withWriter } from './stamps.ts';

/**
 * The one command that writes a new state and its change records: an insert where nothing was, else a compare-and-set
 * on the write that was read. Never an upsert: lost to another process, it would make a second first state. `shape` is
 * that of the Entity, undefined where it is deleted.
 */
export function toCommand(
  key: string,
  held: HeldDocument | undefined,
  written: Written,
  shape: string | undefined,
): AnyBulkWriteOperation<EntityDocument> {
  const fields = { ...fieldsOf(held, written), ...(shape !== undefined && { shape }) };
  if (!held) return { insertOne: { document: { _id: key, ...fields, pending: written.records } } };
  return { updateOne: { filter: unchangedSince(held), update: updateOf(fields, written) } };
}

/** Matches while neither a writer (`version`) nor the folding of pending records (`oldest`) touched the document. */
export function unchangedSince({ _id, version, oldest }: HeldDocument): Filter<EntityDocument> {
  return { _id, version, oldest: oldest ?? { $exists: false } };
}

type Fields = Omit<EntityDocument, '_id' | 'pending'>;

function fieldsOf(held: HeldDocument | undefined, { stamp, records, ...state }: Written): Fields {
  const { entity, body, tokens, values, sequence } = state;
  const bytes = records.reduce((sum, record) => sum + record.bytes, held?.pendingBytes ?? 0);
  const oldest = held?.oldest ?? records[0]?.stamp;
  return {
    version: stamp,
    writers: withWriter(held?.writers ?? [], stamp),
    pendingCount: (held?.pendingCount ?? 0) + records.length,
    pendingBytes: bytes,
    ...(oldest !== undefined && { oldest }),
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
    $push: { pending: { $each: [...records] } },
  };
}
