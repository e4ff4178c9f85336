import type { Collection, Filter } from 'mongodb';
import type { DeadLetterLimits } from '../dead-letters.ts';
import { type DeliveryDocument, graveOf, type Owner, partsOfGrave } from './delivery-document.ts';
import { behind, rangeOf } from './keys.ts';

/** Dead letters that one command takes away. */
const AT_ONCE = 1000;

type Deliveries = Collection<DeliveryDocument>;

/** From one Subscription to the next: the cost follows the number of those that have dead letters. */
export async function ownersOfDead(deliveries: Deliveries): Promise<readonly Owner[]> {
  const owners: Owner[] = [];
  const first = (dead: { readonly $gte: string }) =>
    deliveries
      .find({ dead })
      .sort({ dead: 1 })
      .limit(1)
      .project<Pick<DeliveryDocument, 'dead'>>({ _id: 0, dead: 1 })
      .next();
  for (let found = await first({ $gte: '' }); found?.dead !== undefined; ) {
    const { tenant, subscriptionId } = partsOfGrave(found.dead);
    owners.push({ tenant, subscriptionId });
    found = await first({ $gte: behind(tenant, subscriptionId) });
  }
  return owners;
}

/** Takes away some of a Subscription's dead letters beyond the limits, those that died first; true when more are left. */
export async function forgetSomeDead(
  deliveries: Deliveries,
  owner: Owner,
  { since, most }: DeadLetterLimits,
): Promise<boolean> {
  const dead = rangeOf(owner.tenant, owner.subscriptionId);
  const old = { ...dead, $lt: graveOf({ ...owner, order: '' }, since) };
  // No more are counted than tell what one piece is.
  const count = (filter: Filter<DeliveryDocument>, limit: number) =>
    deliveries.countDocuments(filter, { limit });
  const beyond = Math.max(
    await count({ dead: old }, AT_ONCE),
    (await count({ dead }, most + AT_ONCE)) - most,
  );
  if (beyond <= 0) return false;
  const oldest = deliveries.find({ dead }).sort({ dead: 1 }).limit(beyond);
  const ids = (await oldest.project<Pick<DeliveryDocument, '_id'>>({ _id: 1 }).toArray()).map(
    ({ _id }) => _id,
  );
  await deliveries.deleteMany({ _id: { $in: ids } });
  return beyond === AT_ONCE;
}
