import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { type HistoryEntityDocument, historyTokens, toHistoryEntity } from './history-document.ts';
import { partsOf } from './keys.ts';
import { StampSource } from './stamps.ts';

const AT_ONCE = 500;

/** Gives a place and tokens to the Entities of the history that were written before there were any: by createdAt. */
export async function placeExisting(historyEntities: Collection<HistoryEntityDocument>): Promise<void> {
  const found = historyEntities.find({ body: { $exists: true }, place: { $exists: false } });
  let some: AnyBulkWriteOperation<HistoryEntityDocument>[] = [];
  const write = async (): Promise<void> => {
    if (some.length > 0) await historyEntities.bulkWrite(some, { ordered: false });
    some = [];
  };
  for await (const document of found) {
    const { _id } = document;
    const [tenant = ''] = partsOf(_id, 2);
    const { types = [], createdAt = 0 } = toHistoryEntity(document) ?? {};
    // A writer's name of its own, which makes places of one moment differ.
    const place = new StampSource(() => createdAt).next().text;
    const update = { $set: { place, found: historyTokens(tenant, types) } };
    some.push({ updateOne: { filter: { _id, place: { $exists: false } }, update } });
    if (some.length >= AT_ONCE) await write();
  }
  await write();
}
