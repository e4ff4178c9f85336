import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Entity } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';
import { partsOf } from './keys.ts';
import { marksOf } from './value-keys.ts';

type Unmarked = Required<Pick<EntityDocument, '_id' | 'version' | 'body'>>;

const AT_ONCE = 500;

/** Gives the marks of what has no index to the Entities that were written before there were any. */
export async function markExisting(entities: Collection<EntityDocument>): Promise<void> {
  const found = entities
    .find({ body: { $exists: true }, values: { $exists: false } })
    .project<Unmarked>({ version: 1, body: 1 });
  let some: AnyBulkWriteOperation<EntityDocument>[] = [];
  const write = async (): Promise<void> => {
    if (some.length > 0) await entities.bulkWrite(some, { ordered: false });
    some = [];
  };
  for await (const { _id, version, body } of found) {
    const [tenant = ''] = partsOf(_id, 2);
    const values = marksOf(tenant, JSON.parse(body) as Entity);
    const filter = { _id, version, values: { $exists: false } };
    some.push({ updateOne: { filter, update: { $set: { values } } } });
    if (some.length >= AT_ONCE) await write();
  }
  await write();
}
