import type { Filter, Sort } from 'mongodb';
import type { Reach } from '../../domain/query/value-reach.ts';
import type { HistoryQuery } from '../temporal-store.ts';
import type { HistoryDocument } from './history-document.ts';

/** The filter for instances of these Attributes of the Entity with this key. */
export function toHistoryFilter(
  entity: string,
  attributes: readonly string[],
  { datasetIds, timeproperty, from, to, within }: Omit<HistoryQuery, 'attributes' | 'except'>,
): Filter<HistoryDocument> {
  const isBounded = from !== undefined || to !== undefined;
  return {
    entity,
    // Named one by one, so that the index gives them in the order of time.
    attribute: attributes.length === 1 ? (attributes[0] as string) : { $in: [...attributes] },
    ...(datasetIds && { datasetId: { $in: datasetIds.map((id) => id ?? '') } }),
    ...(isBounded && {
      [timeproperty]: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) },
    }),
    ...(within !== undefined && reaching(within)),
  };
}

/** MongoDB compares numbers with numbers alone, and texts with texts: what has both for its ends narrows nothing. */
function reaching(within: readonly Reach[]): Filter<HistoryDocument> {
  if (within.some(({ low, high }) => typeof low !== typeof high)) return {};
  const isWithin = within.map(({ low, high }) => ({ high: { $gte: low }, low: { $lte: high } }));
  return { $or: [{ high: { $exists: false } }, ...isWithin] };
}

/**
 * By the time property, and where times are equal as they were written: the index has the same order, so the last of those
 * that were provided together is the last of them.
 */
export function historyOrder({ timeproperty, lastN }: HistoryQuery): Sort {
  const direction = lastN === undefined ? 1 : -1;
  return { [timeproperty]: direction, modifiedAt: direction, instanceId: direction, _id: direction };
}
