import { weightOf } from '../store/history-weight.ts';
import type { HistoryInstance, HistoryQuery, TemporalStore } from '../store/temporal-store.ts';
import type { PartSize } from './history-part.ts';
import type { MatchedHistory } from './match-history.ts';
import { type InstanceWalk, timelessInstances, walkInstances } from './walk-instances.ts';

/** Which instances of a history are taken, from where it is read on. */
export interface Selection {
  /** The Attributes of which the query finds any. */
  readonly attributes: readonly string[];
  readonly query: Omit<HistoryQuery, 'lastN' | 'limit'>;
  readonly start: InstanceWalk['start'];
  /** Of each Attribute so many are passed over, and so many taken at most. */
  readonly offset: number;
  readonly most: number;
  /** When more are taken than this, or more text, no more are read: of moments that are read all are taken. */
  readonly enough: PartSize;
}

export interface Selected {
  /** In the order of the walk. */
  readonly instances: readonly HistoryInstance[];
  /** True when no more would be taken. */
  readonly isWhole: boolean;
  /** True when an Attribute has more than `most` behind those that are passed over. */
  readonly hasMore: boolean;
}

/** Instances that are read at once. */
const PAGE = 1000;

/** Reads a history until enough of it is found, in memory that follows what is taken. */
export async function selectInstances(
  temporal: Pick<TemporalStore, 'instances'>,
  { entity: { id }, meets }: MatchedHistory,
  { attributes, query, start, offset, most, enough }: Selection,
): Promise<Selected> {
  const met = new Map<string, number>();
  const taken: HistoryInstance[] = [];
  let hasMore = false;
  let text = 0;
  const take = (instance: HistoryInstance): void => {
    if (meets?.(instance) === false) return;
    const count = (met.get(instance.attribute) ?? 0) + 1;
    met.set(instance.attribute, count);
    if (count > offset + most) hasMore = true;
    else if (count > offset) {
      taken.push(instance);
      text += weightOf(instance);
    }
  };
  const isDone = (): boolean => attributes.every((name) => (met.get(name) ?? 0) > offset + most);
  for await (const group of everything(temporal, { id, query, start, pageSize: PAGE })) {
    for (const instance of group) take(instance);
    if (taken.length > enough.limit || text > enough.weight)
      return { instances: taken, isWhole: false, hasMore };
    if (isDone()) break;
  }
  return { instances: taken, isWhole: true, hasMore };
}

/** Where no time is asked for, with what has none: it counts as the oldest. */
async function* everything(
  temporal: Pick<TemporalStore, 'instances'>,
  walk: InstanceWalk,
): AsyncGenerator<readonly HistoryInstance[]> {
  const isAnyTime = walk.query.from === undefined && walk.query.to === undefined;
  if (isAnyTime && walk.start === 'oldest') yield await timelessInstances(temporal, walk);
  yield* walkInstances(temporal, walk);
  if (isAnyTime && walk.start === 'newest') yield await timelessInstances(temporal, walk);
}
