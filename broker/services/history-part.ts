import { nextMoment } from '../domain/date-time.ts';
import type { Micros } from '../domain/entity.ts';
import { timeOf } from '../store/history-page.ts';
import { countWithin, weightOfAll } from '../store/history-weight.ts';
import type { HistoryInstance, HistoryQuery } from '../store/temporal-store.ts';

/** By Entity and Attribute. */
export type InstancesOfEntities = ReadonlyMap<string, ReadonlyMap<string, readonly HistoryInstance[]>>;

/** The part of the histories of several Entities that one answer has (clause 6.3.10), all of one time range. */
export interface HistoryPart {
  readonly instances: InstancesOfEntities;
  /** True when nothing comes behind it. */
  readonly isWhole: boolean;
  /** True when it ends within a moment, of which the rest is not behind it either. */
  readonly isCut: boolean;
}

/** A part while the histories are read one after the other. */
export interface PartDraft {
  /** Where what is read next can still be on the part. */
  bounds(): Pick<HistoryQuery, 'from' | 'to'>;
  /**
   * Instances of one Entity within the bounds, in any order; where `isWhole` is false more come behind the last of
   * them, where `isCut` is true of its moment too.
   */
  add(instances: readonly HistoryInstance[], isWhole: boolean, isCut?: boolean): void;
  finish(): HistoryPart;
}

/** The most that an answer has: so many instances, and so much text of them, in characters. */
export interface PartSize {
  readonly limit: number;
  readonly weight: number;
}

/**
 * A draft of the first instances in the order of the query, as many as fit and one at least. It ends at one moment for all
 * Entities and parts no instances of one moment, except where those alone are more than that.
 */
export function draftPart(query: HistoryQuery, { limit, weight }: PartSize): PartDraft {
  const direction = query.lastN === undefined ? 1 : -1;
  let kept: readonly HistoryInstance[] = [];
  let text = 0;
  /** Exclusive where the oldest come first, inclusive where the newest do. */
  let edge: Micros | undefined;
  /** Ends at moments of which some were left out. */
  const cuts = new Set<Micros>();
  const narrow = (to: Micros): void => {
    if (edge === undefined || direction * (to - edge) < 0) edge = to;
  };
  const behind = (at: Micros): Micros => (direction > 0 ? nextMoment(at) : at);
  const inOrder = sorterBy(query, direction);
  const isInside = (instance: HistoryInstance): boolean => {
    if (edge === undefined) return true;
    const at = timeOf(instance, query);
    return direction > 0 ? at < edge : at >= edge;
  };
  const trim = (): void => {
    const room = text > weight ? Math.min(limit, countWithin(kept, weight)) : limit;
    const overflow = kept[room];
    if (overflow === undefined) return;
    const [at, firstAt] = [timeOf(overflow, query), timeOf(kept[0] ?? overflow, query)];
    if (at === firstAt) {
      cuts.add(behind(at));
      narrow(behind(at));
    } else narrow(direction > 0 ? at : nextMoment(at));
    kept = kept.slice(0, room).filter(isInside);
    text = weightOfAll(kept);
  };
  return {
    bounds: () => boundsWithin(query, edge, direction),
    add: (instances, isWhole, isCut = false) => {
      const last = inOrder(instances).at(-1);
      if (!isWhole && last !== undefined) {
        const end = behind(timeOf(last, query));
        if (isCut) cuts.add(end);
        narrow(end);
      }
      kept = inOrder([...kept, ...instances].filter(isInside));
      text += weightOfAll(instances);
      trim();
    },
    finish: () => {
      const isCut = edge !== undefined && cuts.has(edge);
      return { instances: grouped(kept), isWhole: edge === undefined, isCut };
    },
  };
}

function sorterBy(
  query: HistoryQuery,
  direction: number,
): (instances: readonly HistoryInstance[]) => readonly HistoryInstance[] {
  return (instances) =>
    instances.toSorted((one, other) => direction * (timeOf(one, query) - timeOf(other, query)));
}

function boundsWithin(
  { from, to }: HistoryQuery,
  edge: Micros | undefined,
  direction: number,
): Pick<HistoryQuery, 'from' | 'to'> {
  const first = edge !== undefined && direction < 0 ? Math.max(edge, from ?? edge) : from;
  const last = edge !== undefined && direction > 0 ? Math.min(edge, to ?? edge) : to;
  return { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) };
}

function grouped(instances: readonly HistoryInstance[]): HistoryPart['instances'] {
  const groups = new Map<string, Map<string, HistoryInstance[]>>();
  for (const instance of instances) {
    const ofEntity = groups.get(instance.entityId) ?? new Map<string, HistoryInstance[]>();
    groups.set(instance.entityId, ofEntity);
    const ofAttribute = ofEntity.get(instance.attribute) ?? [];
    ofEntity.set(instance.attribute, ofAttribute);
    ofAttribute.push(instance);
  }
  return groups;
}
