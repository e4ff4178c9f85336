import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Json, Micros } from '../../domain/entity.ts';
import type { EntityQuery } from '../../domain/query/query.ts';
import type { TemporalQuery } from '../../domain/query/temporal-query.ts';
import type { TenantStore } from '../../store/store.ts';
import type { HistoryEntity, HistoryInstance } from '../../store/temporal-store.ts';
import type { MatchedHistory } from '../match-history.ts';
import { matchingHistories } from '../matching-histories.ts';
import { shownInstances, type TemporalView } from '../temporal-view.ts';
import { type InstanceWalk, walkInstances } from '../walk-instances.ts';
import { type Places, placesOf } from './places.ts';

/**
 * `long` for a row each instance, `wide` for one each moment and dataset of an Entity; where that is no observedAt, for one
 * each observedAt of it: what was provided together is not of one time.
 */
export const exportShapes = ['long', 'wide'] as const;
export type ExportShape = (typeof exportShapes)[number];

/** What stands together in an export. */
export interface ExportedRow {
  readonly entity: HistoryEntity;
  /** By the time property that the export is about. */
  readonly time: Micros;
  /** By Attribute; of one in the long shape, and of several in the wide one. */
  readonly instances: ReadonlyMap<string, HistoryInstance>;
  /** Where the Entity was then; null where that is not known. */
  readonly place: Json;
}

/** Of which Entities what is exported. */
export interface ExportSelection {
  readonly query: EntityQuery;
  readonly view: TemporalView;
  readonly shape: ExportShape;
  /** IRI of the GeoProperty that tells where an Entity was. */
  readonly geoproperty: string;
  /** Where no time is asked for: what was observed by when that was, then what has no observedAt by its modifiedAt. */
  readonly isOfAnyTime?: boolean;
}

type Histories = Pick<TenantStore, 'get' | 'temporal'>;
type Grouping = Pick<ExportedRow, 'time' | 'instances'>;

/** Instances that are read at once: what others wait for. */
const PAGE = 1000;

/** The rows of an export, Entity after Entity, each in the order of time, some at a time in constant memory. */
export async function* exportedRows(
  histories: Histories,
  selection: ExportSelection,
): AsyncGenerator<readonly ExportedRow[]> {
  for await (const matched of matchingHistories(histories.temporal, selection.query, selection.view))
    yield* rowsOf(histories, matched, selection);
}

async function* rowsOf(
  histories: Histories,
  { entity, meets }: MatchedHistory,
  { view, shape, geoproperty, isOfAnyTime = false }: ExportSelection,
): AsyncGenerator<readonly ExportedRow[]> {
  const { id } = entity;
  const { temporal } = histories;
  const passes = isOfAnyTime
    ? await passesOfAnyTime(temporal, id, view)
    : [{ query: shownInstances(view), places: view.query }];
  for (const pass of passes) {
    const places = await placesOf(histories, { id, geoproperty, query: pass.places });
    for await (const group of walkInstances(temporal, {
      id,
      query: pass.query,
      start: 'oldest',
      pageSize: PAGE,
    })) {
      const shown = group.filter(
        (instance) => meets?.(instance) !== false && pass.isShown?.(instance) !== false,
      );
      yield await placed(entity, SHAPES[shape](inOrder(shown, pass.query), pass.query), places);
    }
  }
}

/** A walk through the history of an Entity, and by what time its places are followed. */
interface Pass {
  readonly query: InstanceWalk['query'];
  readonly places: TemporalQuery;
  readonly isShown?: (instance: HistoryInstance) => boolean;
}

/** What is not observed is found where its Attribute has some: those of most have all or nothing. */
async function passesOfAnyTime(
  temporal: Histories['temporal'],
  id: string,
  view: TemporalView,
): Promise<readonly Pass[]> {
  const places = { timeproperty: 'observedAt' } as const;
  // Within bounds is only what has a time.
  const { from: _from, to: _to, ...unbounded } = shownInstances(view);
  const query = { ...unbounded, ...places };
  const timeless: string[] = [];
  for (const attribute of await temporal.attributesWithin(id, shownInstances(view))) {
    const { instances } = await temporal.instances(id, { ...query, attributes: [attribute], limit: 1 });
    const [first] = instances.get(attribute) ?? [];
    if (first !== undefined && first.observedAt === undefined) timeless.push(attribute);
  }
  const observed: Pass = { query, places };
  if (timeless.length === 0) return [observed];
  const isShown = ({ observedAt }: HistoryInstance): boolean => observedAt === undefined;
  return [
    observed,
    { query: { ...query, timeproperty: 'modifiedAt', attributes: timeless }, places, isShown },
  ];
}

/** Those of one moment by when they were observed. */
function inOrder(instances: readonly HistoryInstance[], query: Pass['query']): readonly HistoryInstance[] {
  return instances.toSorted(
    (one, other) => timeOf(one, query) - timeOf(other, query) || observed(one) - observed(other),
  );
}

async function placed(
  entity: HistoryEntity,
  groupings: readonly Grouping[],
  places: Places,
): Promise<readonly ExportedRow[]> {
  const rows: ExportedRow[] = [];
  for (const { time, instances } of groupings) {
    const place = places.at(time);
    rows.push({ entity, time, instances, place: place instanceof Promise ? await place : place });
  }
  return rows;
}

/** What of a group, which has all instances of its moments, stands together. */
const SHAPES: Readonly<
  Record<
    ExportShape,
    (group: readonly HistoryInstance[], query: Pick<TemporalQuery, 'timeproperty'>) => readonly Grouping[]
  >
> = {
  long: (group, query) =>
    group.map((instance) => ({
      time: timeOf(instance, query),
      instances: new Map([[instance.attribute, instance]]),
    })),
  wide: (group, query) => {
    const rows = new Map<
      string,
      { readonly time: Micros; readonly instances: Map<string, HistoryInstance> }
    >();
    for (const instance of group) {
      if (instance.deletedAt !== undefined) continue;
      const time = timeOf(instance, query);
      const key = `${time} ${observed(instance)} ${instance.datasetId ?? ''}`;
      const row = rows.get(key) ?? { time, instances: new Map() };
      // Of several of one moment the one that was written last.
      row.instances.set(instance.attribute, instance);
      rows.set(key, row);
    }
    return [...rows.values()];
  },
};

function timeOf(instance: HistoryInstance, { timeproperty }: Pick<TemporalQuery, 'timeproperty'>): Micros {
  return instance[timeproperty] ?? BEFORE_ALL;
}

function observed({ observedAt = BEFORE_ALL }: HistoryInstance): Micros {
  return observedAt;
}
