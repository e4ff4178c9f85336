import type { Micros } from '../../domain/entity.ts';
import { draftGone, type GoneDraft, mergeGone } from '../../domain/retention/gone-instances.ts';
import type { Cutoffs } from '../../domain/retention/history-policy.ts';
import type { RolledSeries } from '../roll-up-series.ts';
import {
  addDropped,
  DAY,
  HOUR,
  type Retained,
  type RollUpPlace,
  rollUpPlaceOf,
  rollUpTimeOf,
} from '../roll-ups.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { ChunkEdits } from './history-chunk-edits.ts';
import type { HistoryChunks, HistoryKey } from './history-chunks.ts';
import type { HistoryEntities } from './history-entities.ts';
import type { HistoryLog } from './history-log.ts';
import type { HistoryRollUps, TakenRow } from './history-roll-ups.ts';

export interface RetentionParts {
  readonly entities: Pick<HistoryEntities, 'known' | 'setLogUse' | 'goneOf' | 'setGone'>;
  readonly log: Pick<HistoryLog, 'of' | 'edit'>;
  readonly chunks: Pick<HistoryChunks, 'attributesOf'>;
  readonly chunkEdits: Pick<ChunkEdits, 'editDue'>;
  readonly rollUps: HistoryRollUps;
}

export type CutoffsOf = (attribute: string) => Cutoffs | undefined;

/** Does a step of `retain` of RollUpStore, all of it in the transaction that it is called in. */
export type RetainStep = (tenant: string, id: string, cutoffsOf: CutoffsOf) => Retained;

/** Chunks and rows of one commit: some milliseconds. */
const CHUNKS_AT_ONCE = 4;
const ROWS_AT_ONCE = 100;
const NOTHING: Retained = { rolledUp: 0, dropped: 0, isDone: true };

export function historyRetention(parts: RetentionParts): RetainStep {
  const { entities, chunks, rollUps } = parts;
  return (tenant, id, cutoffsOf) => {
    const known = entities.known(tenant, id);
    if (known === undefined) return NOTHING;
    const key = { no: known.no, id };
    const gone = draftGone();
    const leaving = leavingInstances(gone);
    const ofAttribute = (attribute: string) => (attribute.startsWith('@') ? undefined : cutoffsOf(attribute));
    leaveLog(parts, key, leaving, ofAttribute);
    let room = CHUNKS_AT_ONCE;
    let rows = ROWS_AT_ONCE;
    for (const attribute of new Set([...chunks.attributesOf(key.no), ...rollUps.attributesOf(key.no)])) {
      const cutoffs = ofAttribute(attribute);
      if (cutoffs === undefined) continue;
      const edit = leaving.edit(() => cutoffs);
      if (room > 0)
        room -= parts.chunkEdits.editDue(key, attribute, { before: cutoffs.raw, limit: room }, edit);
      rows -= rollFurther(rollUps, key, { attribute, cutoffs, limit: rows }, gone);
    }
    leaving.write(rollUps, key);
    noteGone(entities, known.no, gone);
    return { ...leaving.count(), isDone: room > 0 && rows > 0 };
  };
}

/** In the commit of what goes. Most steps find nothing. */
function noteGone({ goneOf, setGone }: RetentionParts['entities'], no: number, draft: GoneDraft): void {
  const added = draft.result();
  if (Object.keys(added).length === 0) return;
  const known = goneOf(no);
  const merged = mergeGone(known, added);
  if (merged !== known) setGone(no, merged);
}

/** An edit brings to one place what changes left at the end of the tail, which is not to be done for nothing. */
function leaveLog(
  { log, entities }: RetentionParts,
  key: HistoryKey,
  leaving: Leaving,
  cutoffsOf: CutoffsOf,
): void {
  if (!log.of(key).some((instance) => isDue(instance, cutoffsOf(instance.attribute)))) return;
  const use = log.edit(key, leaving.edit(cutoffsOf));
  if (use !== undefined) entities.setLogUse(key.no, use);
}

function isDue(instance: HistoryInstance, cutoffs: Cutoffs | undefined): cutoffs is Cutoffs {
  return cutoffs !== undefined && rollUpTimeOf(instance).at < cutoffs.raw;
}

interface Leaving {
  /** What instances stay; the others are noted. */
  edit(cutoffsOf: CutoffsOf): (instance: HistoryInstance) => HistoryInstance | undefined;
  /** Rolls up what was noted. */
  write(rollUps: HistoryRollUps, key: HistoryKey): void;
  count(): Pick<Retained, 'rolledUp' | 'dropped'>;
}

interface Group {
  readonly attribute: string;
  readonly place: RollUpPlace;
  readonly instances: HistoryInstance[];
}

function leavingInstances(gone: GoneDraft): Leaving {
  const groups = new Map<string, Group>();
  let rolledUp = 0;
  let dropped = 0;
  const note = (instance: HistoryInstance, place: RollUpPlace | undefined): void => {
    gone.add(instance.attribute, place === undefined ? 'dropped' : 'rolledUp', instance);
    if (place === undefined || instance.deletedAt !== undefined) {
      dropped++;
      return;
    }
    const { attribute } = instance;
    const name = `${place.unit} ${place.start} ${attribute}`;
    const group = groups.get(name) ?? { attribute, place, instances: [] };
    groups.set(name, group);
    group.instances.push(instance);
    rolledUp++;
  };
  return {
    edit: (cutoffsOf) => (instance) => {
      const cutoffs = cutoffsOf(instance.attribute);
      if (!isDue(instance, cutoffs)) return instance;
      note(instance, rollUpPlaceOf(rollUpTimeOf(instance).at, cutoffs));
      return undefined;
    },
    write: (rollUps, { no }) => {
      for (const { attribute, place, instances } of groups.values())
        rollUps.add(no, attribute, place, { instances });
    },
    count: () => ({ rolledUp, dropped }),
  };
}

/** Hours become part of their day, or go; so do days. Tells how many rows it took. */
function rollFurther(
  rollUps: HistoryRollUps,
  { no }: HistoryKey,
  { attribute, cutoffs, limit }: { attribute: string; cutoffs: Cutoffs; limit: number },
  gone: GoneDraft,
): number {
  if (limit <= 0) return 0;
  const { raw, hourly = raw, daily = raw } = cutoffs;
  const hours = rollUps.take(no, attribute, { start: hourly, unit: HOUR }, limit);
  const days = new Map<Micros, RolledSeries[]>();
  for (const { start, series } of hours) {
    const place = cutoffs.daily === undefined ? undefined : rollUpPlaceOf(start, { raw, daily });
    if (place === undefined) drop(gone, attribute, { start, unit: HOUR, series });
    else days.set(place.start, [...(days.get(place.start) ?? []), ...series]);
  }
  for (const [start, series] of days) rollUps.add(no, attribute, { start, unit: DAY }, { series });
  const left = limit - hours.length;
  const over = left > 0 ? rollUps.take(no, attribute, { start: daily, unit: DAY }, left) : [];
  for (const day of over) drop(gone, attribute, day);
  return hours.length + over.length;
}

function drop(gone: GoneDraft, attribute: string, { series, ...place }: TakenRow): void {
  for (const { time } of series) addDropped(gone, attribute, { ...place, time });
}
