import { type AggregationBounds, aggregationBounds } from '../domain/aggregation/bounds.ts';
import type { JsonObject } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { representAggregated } from '../domain/representation/aggregated.ts';
import { conformAggregates, conformEvolution } from '../domain/representation/conform-evolution.ts';
import { NEWEST_MINOR } from '../domain/representation/conformance.ts';
import {
  hasInstances,
  representTemporal,
  type TemporalEntity,
  type TemporalOptions,
  writeEvolution,
  writeHead,
} from '../domain/representation/temporal.ts';
import { type TemporalRange, temporalRange } from '../domain/representation/temporal-range.ts';
import type { Store } from '../store/store.ts';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../store/temporal-store.ts';
import { aggregateHistory, refuseIneligible } from './aggregate-history.ts';
import { gapsOfAnswer, goneGaps } from './gone-gaps.ts';
import type { InstancesOfEntities } from './history-part.ts';
import { type MatchedHistory, matchOne } from './match-history.ts';
import { matchingHistories } from './matching-histories.ts';
import { type HistoryPage, type HistoryPageRequest, pageOfHistories } from './pages-of-histories.ts';
import type { ReadScope } from './query-entities.ts';
import { type LaterOfEntities, readLater } from './read-later.ts';
import { readPart } from './read-part.ts';
import { readShare, type ShownShare } from './read-share.ts';
import type { RollUpGap } from './rolled-up-values.ts';
import { showsAttributes, type TemporalView, wantsEverything } from './temporal-view.ts';

/** What an answer lacks, without saying so itself: of a moment that is cut the rest is on no part. */
export type Gap = RollUpGap | 'momentCut';

export interface TemporalEntityServiceParts {
  readonly store: Pick<Store, 'of'>;
  /** The most instances of Attributes in one answer. */
  readonly pageSize: number;
}

/** Temporal Evolutions as they are shown: all that was asked for, or a part of it. */
export interface ShownEvolutions<Body> {
  readonly body: Body;
  /** Set where it is the part of a time range (clause 6.3.10). */
  readonly range?: TemporalRange;
  /** Set where the view asks for a share: which one it is, and whether more comes behind it. */
  readonly share?: ShownShare;
  /** What it does not tell. */
  readonly gaps?: ReadonlySet<Gap>;
  /** True where the newest version of the standard shows them in another way than the one that is preferred. */
  readonly isAmended?: boolean;
}

/** A page of Temporal Evolutions. */
export interface EvolutionPage extends ShownEvolutions<readonly JsonObject[]> {
  /**
   * The number of all that match where it was asked for; else only how many are known of, one behind the page included.
   */
  readonly count: number;
}

/** The temporal operations of clause 5.7. */
export interface TemporalEntityService {
  /**
   * With id and type alone where it has no instances, and all that it has is asked for.
   * @throws BadRequestData, ResourceNotFound, also when there is nothing of that time (clause 5.7.3)
   */
  retrieveTemporalEntity(
    id: string,
    view: TemporalView,
    scope: ReadScope,
  ): Promise<ShownEvolutions<JsonObject>>;
  /**
   * In the order in which Entities came to the history, or of their ids (clause 5.7.4).
   * @throws InvalidRequest for an Attribute that aggrMethods are not for, TooComplexQuery
   */
  queryTemporalEntities(
    query: EntityQuery,
    page: HistoryPageRequest,
    view: TemporalView,
    scope: ReadScope,
  ): Promise<EvolutionPage>;
}

/** The service over the store. */
export function createTemporalEntityService(parts: TemporalEntityServiceParts): TemporalEntityService {
  return {
    retrieveTemporalEntity: (id, view, scope) => retrieve(parts, id, view, scope),
    queryTemporalEntities: (query, page, view, scope) => queryPage(parts, query, page, view, scope),
  };
}

async function retrieve(
  { store, pageSize }: TemporalEntityServiceParts,
  id: string,
  view: TemporalView,
  { tenant, context }: ReadScope,
): Promise<ShownEvolutions<JsonObject>> {
  requireUri(id, 'The Entity id');
  const { temporal } = store.of(tenant);
  const known = await temporal.getEntity(id);
  if (known === undefined)
    throw new NgsiLdError('ResourceNotFound', `There is no Temporal Evolution of an Entity ${id}.`);
  const matched = await matchOne(temporal, known, view);
  if (matched !== undefined) {
    const { body, ...rest } = await show({ temporal, context, pageSize }, [matched], view);
    const [shown] = body;
    if (shown !== undefined) return { body: shown, ...rest };
  } else if (wantsEverything(view)) return showEmpty(known, view, context);
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Temporal Evolution of ${id} has nothing whose ${view.query.timeproperty} is in this interval, or none of the Attributes asked for: ask for another interval, timeproperty or other Attributes.${remedyOf(known, view)}`,
  );
}

/** Where it had something that got too old. */
function remedyOf(known: HistoryEntity, view: TemporalView): string {
  const gaps = goneGaps(known, view);
  if (gaps.includes('rolledUp'))
    return ' Instances of this interval were rolled up: aggrMethods and aggrPeriodDuration give what they come to.';
  return gaps.includes('dropped') ? ' Instances of this interval were older than they are kept.' : '';
}

async function queryPage(
  { store, pageSize }: TemporalEntityServiceParts,
  query: EntityQuery,
  page: HistoryPageRequest,
  view: TemporalView,
  { tenant, context }: ReadScope,
): Promise<EvolutionPage> {
  const { temporal } = store.of(tenant);
  const unjudged = new Set<RollUpGap>();
  const matching = matchingHistories(temporal, query, view, (gap) => unjudged.add(gap));
  const { found, count }: HistoryPage = await pageOfHistories(matching, page);
  const { gaps = [], ...shown } = await show({ temporal, context, pageSize }, found, view);
  return { ...shown, gaps: new Set([...unjudged, ...gaps]), count };
}

/** An evolution that has no instances at all is known nevertheless, and shown: there is no interval that it is not in. */
function showEmpty(
  known: HistoryEntity,
  view: TemporalView,
  context: ReadScope['context'],
): ShownEvolutions<JsonObject> {
  const { minor = NEWEST_MINOR } = view;
  const { head, isAltered } = conformAggregates(minor, known, [], view);
  return {
    body: writeHead(head, context, view),
    isAmended: isAltered,
    ...gapsAs(goneGaps(known, view)),
  };
}

interface Showing {
  readonly temporal: Pick<TemporalStore, 'instances' | 'attributesWithin' | 'rollUps'>;
  readonly context: ReadScope['context'];
  readonly pageSize: number;
}

/** Those of which nothing is shown are left out. */
async function show(
  showing: Showing,
  found: readonly MatchedHistory[],
  view: TemporalView,
): Promise<ShownEvolutions<readonly JsonObject[]>> {
  if (view.aggregation !== undefined) return showAggregated(showing, found, view);
  const { temporal, context, pageSize } = showing;
  const options: TemporalOptions = { ...view, timeproperty: view.query.timeproperty };
  const { instances, later, range, share, isCut } = await readShown(temporal, found, view, pageSize);
  let isAmended = false;
  const body = found.map(({ entity, scopesBefore }) => {
    const ofEntity = withScopes(instances.get(entity.id) ?? new Map(), scopesBefore);
    const ofOthers = [...(later.get(entity.id) ?? [])].filter(([attribute]) => !ofEntity.has(attribute));
    const evolution: TemporalEntity = { ...entity, instances: ofEntity, later: new Map(ofOthers) };
    if (view.minor === undefined) return representTemporal(evolution, context, options);
    if (!hasInstances(evolution)) return undefined;
    const amended = conformEvolution(view.minor, evolution, context, options);
    isAmended ||= amended.isAltered;
    return writeEvolution(amended.entity, context, options);
  });
  return {
    body: body.filter((shown) => shown !== undefined),
    isAmended,
    ...(range !== undefined && { range }),
    ...(share !== undefined && { share }),
    ...gapsAs([
      ...(isCut === true ? (['momentCut'] as const) : []),
      ...gapsOfAnswer(found, view, { instances, isPart: range !== undefined, share }),
    ]),
  };
}

function gapsAs(gaps: Iterable<Gap>): Pick<ShownEvolutions<unknown>, 'gaps'> {
  const all = new Set(gaps);
  return all.size === 0 ? {} : { gaps: all };
}

interface ReadInstances {
  readonly instances: InstancesOfEntities;
  readonly range?: TemporalRange;
  readonly share?: ShownShare;
  readonly isCut?: boolean;
}

async function readShown(
  temporal: Showing['temporal'],
  found: readonly MatchedHistory[],
  view: TemporalView,
  pageSize: number,
): Promise<ReadInstances & { readonly later: LaterOfEntities }> {
  if (!showsAttributes(view.projection))
    return { instances: new Map(), later: await readLater(temporal, found, view, new Map()) };
  const read = await readInstances(temporal, found, view, pageSize);
  // All of a history that is shown has nothing later.
  const cut = found.filter(
    ({ meets }) => meets !== undefined || read.range !== undefined || read.share !== undefined,
  );
  return { ...read, later: await readLater(temporal, cut, view, read.instances) };
}

async function readInstances(
  temporal: Showing['temporal'],
  found: readonly MatchedHistory[],
  view: TemporalView,
  pageSize: number,
): Promise<ReadInstances> {
  if (view.share !== undefined) return readShare(temporal, found, view, view.share, pageSize);
  const { instances, isWhole, isCut } = await readPart(temporal, found, view, pageSize);
  if (isWhole) return { instances };
  const all = [...instances.values()].flatMap((ofEntity) => [...ofEntity.values()]);
  return { instances, range: temporalRange(all, view.query, view.lastN), isCut };
}

/** What was valid before the interval comes before what is in it. */
function withScopes(
  instances: ReadonlyMap<string, readonly HistoryInstance[]>,
  before: HistoryInstance | undefined,
): ReadonlyMap<string, readonly HistoryInstance[]> {
  if (before === undefined) return instances;
  return new Map([...instances, ['@scope', [before, ...(instances.get('@scope') ?? [])]]]);
}

async function showAggregated(
  { temporal, context }: Showing,
  found: readonly MatchedHistory[],
  view: TemporalView,
): Promise<ShownEvolutions<readonly JsonObject[]>> {
  const bounds: AggregationBounds = aggregationBounds();
  const gaps = new Set<RollUpGap>();
  const onGap = (gap: RollUpGap): void => void gaps.add(gap);
  const onIneligible = refuseIneligible(view, context);
  const shown: JsonObject[] = [];
  let isAmended = false;
  for (const matched of found) {
    const { aggregation: query } = view;
    for (const gap of goneGaps(matched.entity, view)) onGap(gap);
    const series =
      query === undefined || !showsAttributes(view.projection)
        ? []
        : await aggregateHistory(temporal, matched, { query, view, bounds, onIneligible, onGap });
    const amended = conformAggregates(view.minor ?? NEWEST_MINOR, matched.entity, series, view);
    const written = representAggregated(amended.head, amended.series, context, view);
    if (written === undefined) continue;
    shown.push(written);
    isAmended ||= amended.isAltered;
  }
  return { body: shown, isAmended, ...gapsAs(gaps) };
}
