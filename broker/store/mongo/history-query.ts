import type { Filter, Sort } from 'mongodb';
import type { HistoryQuery } from '../store.ts';
import type { HistoryDocument } from './history-document.ts';

/** The filter for instances of the Entity with this key. */
export function toHistoryFilter(entity: string, query: HistoryQuery): Filter<HistoryDocument> {
  const { attributes, datasetIds, timeproperty, from, to } = query;
  const isBounded = from !== undefined || to !== undefined;
  return {
    entity,
    ...(attributes && { attribute: { $in: [...attributes] } }),
    ...(datasetIds && { datasetId: { $in: datasetIds.map((id) => id ?? '') } }),
    ...(isBounded && {
      [timeproperty]: { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) },
    }),
  };
}

/** By the time property, and by `_id` where times are equal, so that the order is always the same. */
export function historyOrder({ timeproperty, lastN }: HistoryQuery): Sort {
  const direction = lastN === undefined ? 1 : -1;
  return { [timeproperty]: direction, _id: direction };
}
