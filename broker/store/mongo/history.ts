import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Folded, HistoryEntity } from '../store.ts';
import {
  type HistoryDocument,
  type HistoryEntityDocument,
  toHistoryDocument,
  toHistoryEntity,
  toHistoryEntityDocument,
} from './history-document.ts';
import { insertNew } from './insert-new.ts';

export interface HistoryCollections {
  readonly instances: Collection<HistoryDocument>;
  readonly historyEntities: Collection<HistoryEntityDocument>;
}

/** Writes what change records became; doing it again, or something older later, changes nothing. */
export async function writeHistory(
  { instances, historyEntities }: HistoryCollections,
  history: Folded['history'],
): Promise<void> {
  if (history.length === 0) return;
  const rows = history.flatMap(({ tenant, instances }) =>
    instances.map((instance) => toHistoryDocument(tenant, instance)),
  );
  const entities = history.flatMap(({ tenant, entity }) => latest(toHistoryEntityDocument(tenant, entity)));
  await Promise.all([insertNew(instances, rows), historyEntities.bulkWrite(entities, { ordered: false })]);
}

/** Keeps the Entity where none of its id is known, and of one that is known the types that it lacks. */
export async function keepHistoryEntity(
  { historyEntities }: HistoryCollections,
  tenant: string,
  entity: HistoryEntity,
): Promise<void> {
  const { _id, asOf, body } = toHistoryEntityDocument(tenant, entity);
  const found = await historyEntities.findOne({ _id });
  const known = found ? toHistoryEntity(found).types : [];
  const lacking = entity.types.filter((type) => !known.includes(type));
  if (found && lacking.length === 0) return;
  const update = { $setOnInsert: { asOf, body }, $addToSet: { addedTypes: { $each: lacking } } };
  await historyEntities.bulkWrite([{ updateOne: { filter: { _id }, update, upsert: true } }]);
}

/** Two writes that may come in either order. */
function latest(document: HistoryEntityDocument): readonly AnyBulkWriteOperation<HistoryEntityDocument>[] {
  const { _id, asOf, body } = document;
  const newer = { updateOne: { filter: { _id, asOf: { $lt: asOf } }, update: { $set: { asOf, body } } } };
  return [newer, ifUnknown(document)];
}

function ifUnknown({ _id, asOf, body }: HistoryEntityDocument): AnyBulkWriteOperation<HistoryEntityDocument> {
  return { updateOne: { filter: { _id }, update: { $setOnInsert: { asOf, body } }, upsert: true } };
}
