import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { type DeliveryDocument, graveOf } from './delivery-document.ts';
import { partsOf, rangeOf } from './keys.ts';

type Unburied = Pick<DeliveryDocument, '_id' | 'order' | 'at'>;

const AT_ONCE = 500;

/** Gives a grave to the dead letters that were written before there were any, as if they had died when they were made. */
export async function buryExisting(deliveries: Collection<DeliveryDocument>): Promise<void> {
  const found = deliveries
    .find({ place: rangeOf('dead'), dead: { $exists: false } })
    .project<Unburied>({ order: 1, at: 1 });
  let some: AnyBulkWriteOperation<DeliveryDocument>[] = [];
  const write = async (): Promise<void> => {
    if (some.length > 0) await deliveries.bulkWrite(some, { ordered: false });
    some = [];
  };
  for await (const { _id, order, at } of found) {
    const [tenant = '', subscriptionId = ''] = partsOf(_id, 3);
    const dead = graveOf({ tenant, subscriptionId, order }, at);
    some.push({ updateOne: { filter: { _id }, update: { $set: { dead } } } });
    if (some.length >= AT_ONCE) await write();
  }
  await write();
}
