import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Entity, Json, Micros } from '../../domain/entity.ts';
import type { TemporalQuery, TimeProperty } from '../../domain/query/temporal-query.ts';
import { timeOf } from '../../store/history-page.ts';
import type { TenantStore } from '../../store/store.ts';
import type { HistoryInstance, HistoryQuery, TemporalStore } from '../../store/temporal-store.ts';
import { walkInstances } from '../walk-instances.ts';

/** Where an Entity was. */
export interface Places {
  /**
   * The geometry at a moment, null when there was none; moments may not go back. At once where no more has to be read.
   */
  at(time: Micros): Json | Promise<Json>;
}

/** The GeoProperty of an Entity that tells its place, and the time that is exported. */
export interface PlacesQuery {
  readonly id: string;
  readonly geoproperty: string;
  readonly query: TemporalQuery;
}

/** The histories of Entities, and what these are now. */
export type PlaceSource = Pick<TenantStore, 'get'> & { readonly temporal: Histories };

type Histories = Pick<TemporalStore, 'instances'>;

interface Place {
  readonly time: Micros;
  readonly geometry: Json;
}

/** Instances that are read at once. */
const PAGE = 1000;
/** The last changes before the interval among which one without the time property is looked for. */
const LOOKED_AT = 100;

/**
 * Follows the places of an Entity through an interval in memory that does not grow. Each holds from its own time on, or
 * where it lacks that, as places of stations do, from when it was recorded; the first one also before. Where none is kept,
 * as that of a station which got too old, the place is that where the Entity is now.
 */
export async function placesOf(source: PlaceSource, of: PlacesQuery): Promise<Places> {
  const { temporal } = source;
  const isAnyTimeless = await hasTimeless(temporal, of);
  const before = await placeBefore(temporal, of, isAnyTimeless);
  let current = before === undefined ? placeNow(await source.get(of.id), of) : before;
  const coming = isAnyTimeless
    ? inOrderOfTime(changes(temporal, of), timelessChanges(temporal, of))
    : changes(temporal, of);
  let next = await following(coming);
  const goTo = async (time: Micros): Promise<Json> => {
    while (next !== undefined && next.time <= time) {
      current = next.geometry;
      next = await following(coming);
    }
    return current;
  };
  return { at: (time) => (next === undefined || next.time > time ? current : goTo(time)) };
}

async function following(places: AsyncIterator<Place>): Promise<Place | undefined> {
  const { value, done } = await places.next();
  return done ? undefined : value;
}

/** What lacks the time property comes first. */
async function hasTimeless(temporal: Histories, { id, query, geoproperty }: PlacesQuery): Promise<boolean> {
  const { timeproperty } = query;
  const first = await one(temporal, id, geoproperty, { timeproperty });
  return first !== undefined && first[timeproperty] === undefined;
}

/** The place when the interval begins: the last one that was known, else the first that ever was, if any is kept. */
async function placeBefore(
  temporal: Histories,
  { id, query, geoproperty }: PlacesQuery,
  isAnyTimeless: boolean,
): Promise<Json | undefined> {
  const { timeproperty, from: to } = query;
  const known: Place[] = [];
  if (to !== undefined) {
    const last = await one(temporal, id, geoproperty, { timeproperty, to, lastN: 1 });
    if (last !== undefined) known.push(placeIn(last, timeproperty));
    const timeless = isAnyTimeless && (await lastTimeless(temporal, id, geoproperty, { timeproperty, to }));
    if (timeless) known.push(placeIn(timeless, timeproperty));
  }
  const latest = known.sort((a, b) => b.time - a.time)[0];
  if (latest !== undefined) return latest.geometry;
  const firsts = [
    await one(temporal, id, geoproperty, { timeproperty, from: BEFORE_ALL }),
    isAnyTimeless ? await one(temporal, id, geoproperty, { timeproperty }) : undefined,
  ].filter((first) => first !== undefined);
  const [earliest] = firsts.map((first) => placeIn(first, timeproperty)).sort((a, b) => a.time - b.time);
  return earliest?.geometry;
}

function placeNow(entity: Entity | undefined, { geoproperty }: PlacesQuery): Json {
  const instances = entity?.attributes[geoproperty] ?? [];
  const place = instances.find(({ kind, datasetId }) => kind === 'GeoProperty' && datasetId === undefined);
  return place?.value ?? null;
}

async function lastTimeless(
  temporal: Histories,
  id: string,
  geoproperty: string,
  { timeproperty, to }: { readonly timeproperty: TimeProperty; readonly to: Micros },
): Promise<HistoryInstance | undefined> {
  const limits = { timeproperty: 'modifiedAt', to, lastN: LOOKED_AT, limit: LOOKED_AT } as const;
  const { instances } = await temporal.instances(id, ofDefault(geoproperty, limits));
  return instances.get(geoproperty)?.find((instance) => instance[timeproperty] === undefined);
}

async function one(
  temporal: Histories,
  id: string,
  geoproperty: string,
  query: HistoryQuery,
): Promise<HistoryInstance | undefined> {
  const { instances } = await temporal.instances(id, ofDefault(geoproperty, { ...query, limit: 1 }));
  return instances.get(geoproperty)?.[0];
}

function ofDefault(geoproperty: string, query: HistoryQuery): HistoryQuery {
  return { ...query, attributes: [geoproperty], datasetIds: [undefined] };
}

function placeIn(instance: HistoryInstance, timeproperty: TimeProperty): Place {
  const { attributeInstance, deletedAt } = instance;
  const isPlace = attributeInstance.kind === 'GeoProperty' && deletedAt === undefined;
  const time = instance[timeproperty] ?? instance.modifiedAt;
  return { time, geometry: isPlace ? attributeInstance.value : null };
}

/** Those in the interval that have the time property. */
async function* changes(
  temporal: Histories,
  { id, query, geoproperty }: PlacesQuery,
): AsyncGenerator<Place, void> {
  const walk = { id, query: ofDefault(geoproperty, query), start: 'oldest', pageSize: PAGE } as const;
  for await (const group of walkInstances(temporal, walk)) {
    // Of those that came together the last one that was observed.
    const ordered = group.toSorted(
      (a, b) =>
        timeOf(a, query) - timeOf(b, query) || (a.observedAt ?? BEFORE_ALL) - (b.observedAt ?? BEFORE_ALL),
    );
    for (const instance of ordered) yield placeIn(instance, query.timeproperty);
  }
}

/** Those without, by when they were recorded. */
async function* timelessChanges(
  temporal: Histories,
  { id, query, geoproperty }: PlacesQuery,
): AsyncGenerator<Place, void> {
  const recorded = ofDefault(geoproperty, { ...query, timeproperty: 'modifiedAt' });
  const walk = { id, query: recorded, start: 'oldest', pageSize: PAGE } as const;
  for await (const group of walkInstances(temporal, walk)) {
    for (const instance of group) {
      if (instance[query.timeproperty] === undefined) yield placeIn(instance, query.timeproperty);
    }
  }
}

async function* inOrderOfTime(
  one: AsyncIterator<Place>,
  other: AsyncIterator<Place>,
): AsyncGenerator<Place, void> {
  let [a, b] = [await following(one), await following(other)];
  while (a !== undefined || b !== undefined) {
    if (a !== undefined && (b === undefined || a.time <= b.time)) {
      yield a;
      a = await following(one);
    } else if (b !== undefined) {
      yield b;
      b = await following(other);
    }
  }
}
