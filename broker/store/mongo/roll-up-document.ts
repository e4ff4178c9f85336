import type { Filter } from 'mongodb';
import type { Summary } from '../../domain/aggregation/summary.ts';
import type { Micros } from '../../domain/entity.ts';
import type { RolledSeries } from '../roll-up-series.ts';
import type { RollUp, RollUpPlace } from '../roll-ups.ts';
import { type Removal, rowsOf } from './history-removals.ts';
import { keyOf } from './keys.ts';

/** What instances of one dataset of an Attribute were rolled up to in one period. */
export interface RollUpDocument {
  /** Entity, Attribute, period and what tells it from others of that. */
  readonly _id: string;
  /** Tenant and Entity. */
  readonly entity: string;
  readonly attribute: string;
  /** Empty for the default instance. */
  readonly datasetId: string;
  readonly type: RolledSeries['type'];
  readonly time?: RolledSeries['time'];
  readonly start: number;
  /** How long the period is, in microseconds. */
  readonly unit: number;
  /** A Summary. */
  readonly summary: string;
  readonly unitCode?: RolledSeries['unitCode'];
  /** In which it was written: see `Removal`. */
  readonly era?: number;
  /** Grows with each write. */
  readonly version: number;
  /** The entity again while some of what is in it may be there besides: these documents, that are about to be deleted. */
  readonly unfinished?: string;
  readonly taken?: readonly string[];
  readonly takenHours?: readonly string[];
  /** True where nothing was added yet. */
  readonly isBlank?: true;
  /** Since when an hour is about to become part of a day: nothing more is added to it. */
  readonly leavingSince?: Micros;
}

/** What one is called by. */
export type RollUpName = Pick<RollUpDocument, 'entity' | 'attribute' | 'datasetId' | 'type' | 'time'> &
  RollUpPlace;

export function rollUpId({ entity, attribute, start, unit, type, time, datasetId }: RollUpName): string {
  return keyOf(entity, attribute, String(start), String(unit), type, time ?? '', datasetId);
}

/** The filter for those that were not taken away, also where there is nothing in them. */
export function leftRollUps(removals: readonly Removal[] = []): Filter<RollUpDocument> {
  return removals.length === 0 ? {} : { $nor: removals.map(rowsOf) as Filter<RollUpDocument>[] };
}

/** The filter for those of them that tell of something. */
export function livingRollUps(removals?: readonly Removal[]): Filter<RollUpDocument> {
  return { isBlank: { $exists: false }, ...leftRollUps(removals) };
}

export function toSeries({ type, time, datasetId, summary, unitCode }: RollUpDocument): RolledSeries {
  return {
    type,
    ...(time !== undefined && { time }),
    ...(datasetId !== '' && { datasetId }),
    summary: JSON.parse(summary) as Summary,
    ...(unitCode !== undefined && { unitCode }),
  };
}

export function toRollUp(document: RollUpDocument): RollUp {
  const { attribute, start, unit } = document;
  const { time = 'observedAt', ...series } = toSeries(document);
  return { attribute, ...series, time, start, end: start + unit };
}
