import { BEFORE_ALL, nextMoment } from '../domain/date-time.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { NEVER, timeOf } from '../store/history-page.ts';
import type { HistoryInstance, HistoryQuery, TemporalStore } from '../store/temporal-store.ts';

/** Which end of a history a walk begins at. */
export type WalkStart = 'oldest' | 'newest';

export interface InstanceWalk {
  readonly id: string;
  readonly query: Omit<HistoryQuery, 'lastN' | 'limit'>;
  readonly start: WalkStart;
  /** About how many instances are read at once; fewer at the beginning, since many are satisfied soon. */
  readonly pageSize: number;
}

type Histories = Pick<TemporalStore, 'instances'>;

/** What is read at first, and how much more each time. */
const FIRST_PAGE = 200;
const GROWTH = 4;
/** Text that is read at once, in characters: instances may be large. */
const TEXT = 4 * 1024 * 1024;
/** Instances of one moment that are read at once, and their text; nothing writes so many. */
const MOST_AT_A_MOMENT = { limit: 200_000, weight: 64 * 1024 * 1024 };

/**
 * All instances that a query asks for and that have its time property, in the order of time, some at a time: what is
 * held in memory does not grow with the length of the history. Each group is complete: no instance of its moments is in
 * another one. Others get their turn between groups.
 * @throws NgsiLdError TooComplexQuery for more than 200,000 instances of one moment, or 64 MB of them
 */
export async function* walkInstances(
  temporal: Histories,
  walk: InstanceWalk,
): AsyncGenerator<readonly HistoryInstance[]> {
  const isForwards = walk.start === 'oldest';
  const end = isForwards ? {} : { lastN: Number.MAX_SAFE_INTEGER };
  let query: HistoryQuery = { ...walk.query, ...end, from: walk.query.from ?? BEFORE_ALL };
  for (let size = FIRST_PAGE; ; size *= GROWTH) {
    const pageSize = Math.min(size, walk.pageSize);
    const { instances, isWhole } = await readMoments(temporal, { id: walk.id, pageSize }, query);
    const last = instances.at(-1);
    if (last === undefined) return;
    yield instances;
    if (isWhole) return;
    const at = timeOf(last, query);
    query = isForwards ? { ...query, from: nextMoment(at) } : { ...query, to: at };
    await new Promise(setImmediate);
  }
}

/** The instances that lack the time property, which a walk passes over. */
export async function timelessInstances(
  temporal: Histories,
  { id, query }: InstanceWalk,
): Promise<readonly HistoryInstance[]> {
  // They are the oldest ones, of one moment.
  const { instances } = await readMoments(temporal, { id, pageSize: FIRST_PAGE }, query);
  return instances.filter((instance) => instance[query.timeproperty] === undefined);
}

interface Moments {
  /** In the order of the query. */
  readonly instances: readonly HistoryInstance[];
  readonly isWhole: boolean;
}

/** A page that does not end within a moment: where it has nothing but a part of one, all of that. */
async function readMoments(
  temporal: Histories,
  { id, pageSize }: Pick<InstanceWalk, 'id' | 'pageSize'>,
  query: HistoryQuery,
): Promise<Moments> {
  const page = await temporal.instances(id, { ...query, limit: pageSize, weight: TEXT });
  const instances = inOrder([...page.instances.values()], query);
  const [first] = instances;
  if (!page.isCut || first === undefined) return { instances, isWhole: page.isWhole };
  const at = timeOf(first, query);
  return at === NEVER
    ? readTimeless(temporal, { id, pageSize }, query)
    : readMoment(temporal, id, { ...query, from: at, to: nextMoment(at) });
}

async function readMoment(temporal: Histories, id: string, query: HistoryQuery): Promise<Moments> {
  const page = await temporal.instances(id, { ...query, ...MOST_AT_A_MOMENT });
  if (!page.isWhole) throw tooMany(id);
  return { instances: inOrder([...page.instances.values()], query), isWhole: false };
}

/** What has no time is within no bounds: it is read again with what comes behind it, in a larger size where it may. */
async function readTimeless(
  temporal: Histories,
  { id, pageSize }: Pick<InstanceWalk, 'id' | 'pageSize'>,
  query: HistoryQuery,
): Promise<Moments> {
  const { limit: most, weight } = MOST_AT_A_MOMENT;
  for (let limit = pageSize * GROWTH; limit < GROWTH * most; limit *= GROWTH) {
    const page = await temporal.instances(id, { ...query, limit, weight });
    const instances = inOrder([...page.instances.values()], query);
    if (!page.isCut) return { instances, isWhole: page.isWhole };
  }
  throw tooMany(id);
}

function tooMany(id: string): NgsiLdError {
  return new NgsiLdError(
    'TooComplexQuery',
    `The history of ${id} has more than ${MOST_AT_A_MOMENT.limit} instances of one moment, or 64 MB of them: name some of its Attributes, or take another timeproperty.`,
  );
}

/** Those of all Attributes in one order. */
function inOrder(
  groups: readonly (readonly HistoryInstance[])[],
  query: HistoryQuery,
): readonly HistoryInstance[] {
  const direction = query.lastN === undefined ? 1 : -1;
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) return only;
  return groups.flat().sort((one, other) => direction * (timeOf(one, query) - timeOf(other, query)));
}
