import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { DeadLetter, DeadLetterName, DeadLetterPage, DeadLetters } from '../dead-letters.ts';
import {
  type DeliveryDocument,
  deliveryKey,
  graveOf,
  idOf,
  type Owner,
  partsOfGrave,
  queue,
  toStoredDelivery,
} from './delivery-document.ts';
import type { Gate } from './gate.ts';
import { behind, prefixOf, rangeOf } from './keys.ts';

export interface DeadLetterParts {
  readonly deliveries: Collection<DeliveryDocument>;
  readonly gate: Gate;
  readonly now: () => Micros;
}

type Summary = Omit<DeliveryDocument, 'change'>;

/** Dead letters, by their graves; what they tell of is read of one at a time alone. */
export function mongoDeadLetters({ deliveries, gate, now }: DeadLetterParts): DeadLetters {
  return {
    next: (tenant, after) => gate.run(() => nextOwner(deliveries, tenant, after)),
    list: (tenant, subscriptionId, page) =>
      gate.run(() => listOf(deliveries, { tenant, subscriptionId }, page)),
    get: (tenant, subscriptionId, order) =>
      gate.run(async () => {
        const found = await deliveries.findOne({ place: queue.dead({ tenant, subscriptionId, order }) });
        return found === null ? undefined : { ...toStoredDelivery(found), ...toLetter(found) };
      }),
    replay: (tenant, subscriptionId, some) =>
      gate.again(() => replay(deliveries, { tenant, subscriptionId }, some, now())),
    drop: (tenant, subscriptionId, some) =>
      gate.again(() => drop(deliveries, { tenant, subscriptionId }, some)),
  };
}

async function nextOwner(
  deliveries: Collection<DeliveryDocument>,
  tenant: string,
  after: string | undefined,
): Promise<string | undefined> {
  const from = after === undefined ? prefixOf(tenant) : behind(tenant, after);
  const found = await deliveries
    .find({ dead: { $gte: from, $lt: behind(tenant) } })
    .sort({ dead: 1 })
    .limit(1)
    .project<Pick<DeliveryDocument, 'dead'>>({ _id: 0, dead: 1 })
    .next();
  return found?.dead === undefined ? undefined : partsOfGrave(found.dead).subscriptionId;
}

async function listOf(
  deliveries: Collection<DeliveryDocument>,
  owner: Owner,
  { since, after, limit }: DeadLetterPage,
): Promise<readonly DeadLetter[]> {
  const range = rangeOf(owner.tenant, owner.subscriptionId);
  const from = since === undefined ? range.$gte : graveOf({ ...owner, order: '' }, since);
  const last = after === undefined ? range.$gte : graveOf({ ...owner, ...after }, after.diedAt);
  const found = deliveries
    .find({ dead: last < from ? { $gte: from, $lt: range.$lt } : { $gt: last, $lt: range.$lt } })
    .sort({ dead: 1 })
    .limit(limit)
    .project<Summary>({ change: 0 });
  return (await found.toArray()).map(toLetter);
}

function toLetter({
  _id,
  dead = '',
  order,
  entityId,
  at,
  attempts,
  lastError = '',
  ...rest
}: Summary): DeadLetter {
  const { tenant, subscriptionId, diedAt } = partsOfGrave(dead);
  return {
    ...{ id: idOf(_id), tenant, subscriptionId, entityId, order, at, diedAt },
    attempts: attempts.length,
    lastError,
    ...(rest.correlationId !== undefined && { correlationId: rest.correlationId }),
  };
}

async function replay(
  deliveries: Collection<DeliveryDocument>,
  owner: Owner,
  some: readonly DeadLetterName[],
  at: Micros,
): Promise<number> {
  if (some.length === 0) return 0;
  const operations = some.map(({ id, order, diedAt }) => ({
    updateOne: {
      filter: { _id: deliveryKey({ ...owner, id }), dead: graveOf({ ...owner, order }, diedAt) },
      update: {
        $set: { place: queue.waiting({ ...owner, order }), dueAt: at, replayedAt: at, attempts: [] },
        $unset: { dead: '', lastError: '' } as const,
      },
    },
  }));
  const { matchedCount } = await deliveries.bulkWrite(operations, { ordered: false });
  return matchedCount;
}

async function drop(
  deliveries: Collection<DeliveryDocument>,
  owner: Owner,
  some: readonly DeadLetterName[],
): Promise<number> {
  const { deletedCount } = await deliveries.deleteMany({
    _id: { $in: some.map(({ id }) => deliveryKey({ ...owner, id })) },
    dead: { $in: some.map(({ order, diedAt }) => graveOf({ ...owner, order }, diedAt)) },
  });
  return deletedCount;
}
