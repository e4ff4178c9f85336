import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { Json, Micros } from '../../domain/entity.ts';
import type { EntityQuery } from '../../domain/query/query.ts';
import type { HistoryEntity, HistoryInstance } from '../../store/store.ts';
import { type MatchedHistory, matchingHistories } from '../matching-histories.ts';
import { shownInstances, type TemporalView } from '../temporal-view.ts';
import { walkInstances } from '../walk-instances.ts';
import { type Places, placesOf } from './places.ts';

/** `long` for a row each instance, `wide` for one each moment and dataset of an Entity. */
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
}

type Histories = Parameters<typeof matchingHistories>[0];
type Grouping = Pick<ExportedRow, 'time' | 'instances'>;

/** Instances that are read at once: what others wait for. */
const PAGE = 1000;

/** The rows of an export, Entity after Entity, each in the order of time, some at a time in constant memory. */
export async function* exportedRows(
  temporal: Histories,
  selection: ExportSelection,
): AsyncGenerator<readonly ExportedRow[]> {
  for await (const matched of matchingHistories(temporal, selection.query, selection.view))
    yield* rowsOf(temporal, matched, selection);
}

async function* rowsOf(
  temporal: Histories,
  { entity, meets }: MatchedHistory,
  { view, shape, geoproperty }: ExportSelection,
): AsyncGenerator<readonly ExportedRow[]> {
  const { id } = entity;
  const places = await placesOf(temporal, { id, geoproperty, query: view.query });
  const walk = { id, query: shownInstances(view), start: 'oldest', pageSize: PAGE } as const;
  for await (const group of walkInstances(temporal, walk)) {
    const shown = meets === undefined ? group : group.filter(meets);
    yield await placed(entity, SHAPES[shape](shown, view), places);
  }
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
    (group: readonly HistoryInstance[], view: Pick<TemporalView, 'query'>) => readonly Grouping[]
  >
> = {
  long: (group, view) =>
    group.map((instance) => ({
      time: timeOf(instance, view),
      instances: new Map([[instance.attribute, instance]]),
    })),
  wide: (group, view) => {
    const rows = new Map<
      string,
      { readonly time: Micros; readonly instances: Map<string, HistoryInstance> }
    >();
    for (const instance of group) {
      if (instance.deletedAt !== undefined) continue;
      const time = timeOf(instance, view);
      const key = `${time} ${instance.datasetId ?? ''}`;
      const row = rows.get(key) ?? { time, instances: new Map() };
      // Of several of one moment the one that was written last.
      row.instances.set(instance.attribute, instance);
      rows.set(key, row);
    }
    return [...rows.values()];
  },
};

function timeOf(instance: HistoryInstance, { query }: Pick<TemporalView, 'query'>): Micros {
  return instance[query.timeproperty] ?? BEFORE_ALL;
}
