import { BEFORE_ALL } from '../domain/date-time.ts';
import type { TemporalQuery } from '../domain/query/temporal-query.ts';
import { fates, type GoneInstances, wasWithin } from '../domain/retention/gone-instances.ts';
import { timeOf } from '../store/history-page.ts';
import type { HistoryEntity, HistoryInstance } from '../store/temporal-store.ts';
import type { InstancesOfEntities } from './history-part.ts';
import type { MatchedHistory } from './match-history.ts';
import type { ShownShare } from './read-share.ts';
import type { RollUpGap } from './rolled-up-values.ts';
import { showsAttributes, type TemporalView, wantedAttributes } from './temporal-view.ts';

/**
 * What a view of an Entity lacks since instances that it asks for got too old. It costs nothing where no policy took any.
 * `reachOf` tells what of its interval an answer reaches, by Attribute.
 */
export function goneGaps(
  { gone }: Pick<HistoryEntity, 'gone'>,
  view: TemporalView,
  reachOf: (attribute: string) => TemporalQuery = () => view.query,
): readonly RollUpGap[] {
  if (gone === undefined || !showsAttributes(view.projection)) return [];
  const wanted = wantedAttributes(view.projection);
  const names = (wanted.length > 0 ? wanted : Object.keys(gone)).filter(
    (name) => view.projection?.omit?.has(name) !== true,
  );
  if (view.aggregation !== undefined)
    return gapsOfAggregates(
      names.map((name) => gone[name]),
      view,
    );
  return fates.filter((fate) => names.some((name) => wasWithin(gone[name], fate, reachOf(name))));
}

/** Roll-ups are in aggregated values of the time that they were made by; no value is what lacks the time. */
function gapsOfAggregates(
  gone: readonly (GoneInstances | undefined)[],
  { query }: TemporalView,
): readonly RollUpGap[] {
  const { timeproperty, from = BEFORE_ALL } = query;
  const asked = { ...query, from };
  const isLeftOut = (of: GoneInstances | undefined): boolean =>
    wasWithin(of, 'rolledUp', asked) &&
    timeproperty !== 'observedAt' &&
    (timeproperty !== 'modifiedAt' || of?.rolledUp?.observedAt !== undefined);
  return [
    ...(gone.some((of) => wasWithin(of, 'dropped', asked)) ? (['dropped'] as const) : []),
    ...(gone.some(isLeftOut) ? (['leftOut'] as const) : []),
  ];
}

/** True where some of these Attributes of an Entity have lost instances of the time that a query is about. */
export function isAnyGone(
  { gone }: Pick<HistoryEntity, 'gone'>,
  attributes: readonly string[],
  query: TemporalQuery,
): boolean {
  if (gone === undefined) return false;
  return attributes.some((name) => fates.some((fate) => wasWithin(gone[name], fate, query)));
}

/** What an answer shows. */
export interface ShownInstances {
  readonly instances: InstancesOfEntities;
  /** True for a part of the time range. */
  readonly isPart: boolean;
  readonly share?: ShownShare | undefined;
}

/** As `goneGaps`, of all Entities of an answer together. */
export function gapsOfAnswer(
  found: readonly MatchedHistory[],
  view: TemporalView,
  shown: ShownInstances,
): ReadonlySet<RollUpGap> {
  const gaps = new Set<RollUpGap>();
  for (const { entity } of found) {
    if (entity.gone === undefined) continue;
    const ofEntity = shown.instances.get(entity.id);
    const reachOf = (attribute: string) => reach(view, shown, ofEntity?.get(attribute) ?? []);
    for (const gap of goneGaps(entity, view, reachOf)) gaps.add(gap);
  }
  return gaps;
}

/** Behind the last instances that are asked for, and behind a part, an answer tells nothing. */
function reach(
  view: TemporalView,
  { instances, isPart, share }: ShownInstances,
  ofAttribute: readonly HistoryInstance[],
): TemporalQuery {
  if (share !== undefined) return within(view.query, ofAttribute, ofShare(share, ofAttribute.length));
  const isBackwards = view.lastN !== undefined;
  const query = isPart
    ? within(
        view.query,
        [...instances.values()].flatMap((each) => [...each.values()].flat()),
        { isFromCut: isBackwards, isToCut: !isBackwards },
      )
    : view.query;
  const isFull = view.lastN !== undefined && ofAttribute.length >= view.lastN;
  return within(query, ofAttribute, { isFromCut: isFull, isToCut: false });
}

interface Cuts {
  readonly isFromCut: boolean;
  readonly isToCut: boolean;
}

function ofShare({ start, offset, most, hasMore }: ShownShare, count: number): Cuts {
  const isEnded = hasMore || count >= most;
  return start === 'first'
    ? { isFromCut: offset > 0, isToCut: isEnded }
    : { isFromCut: isEnded, isToCut: offset > 0 };
}

function within(
  query: TemporalQuery,
  instances: readonly HistoryInstance[],
  { isFromCut, isToCut }: Cuts,
): TemporalQuery {
  if (instances.length === 0 || !(isFromCut || isToCut)) return query;
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const instance of instances) {
    const at = timeOf(instance, query);
    oldest = Math.min(oldest, at);
    newest = Math.max(newest, at);
  }
  return {
    ...query,
    ...(isFromCut && { from: Math.max(query.from ?? oldest, oldest) }),
    ...(isToCut && { to: Math.min(query.to ?? newest, newest) }),
  };
}
