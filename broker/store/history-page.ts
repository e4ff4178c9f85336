import { BEFORE_ALL } from '../domain/date-time.ts';
import type { Micros } from '../domain/entity.ts';
import { countWithin, weightOfAll } from './history-weight.ts';
import type { HistoryInstance, HistoryPage, HistoryQuery } from './temporal-store.ts';

/** Stands for a time that is not there: earlier than all. */
export const NEVER: Micros = 2 * BEFORE_ALL;

/**
 * A page while a driver reads it, one Attribute after the other: it keeps no more than fits, and tells from when on
 * nothing more does, so that what is read of many Attributes is not much more than what is read of one.
 */
export interface PageDraft {
  /** Instances of an Attribute in the order of the query, without repetition: the first `wanted`, up to `end` at least. */
  add(attribute: string, instances: readonly HistoryInstance[]): void;
  /** The most instances of one Attribute that can matter. */
  readonly wanted: number;
  /** The most text that a page has, in characters. */
  readonly weight: number;
  /** At which of these instances of an Attribute, in the order of the query, no further one can matter. */
  enough(instances: readonly HistoryInstance[]): number;
  /** Instances of this time, and those behind it, are not on the page; undefined while there is room. */
  end(): Micros | undefined;
  finish(): HistoryPage;
}

/** A draft of the page that `query` asks for. */
export function draftPage(query: HistoryQuery): PageDraft {
  const { limit = Number.POSITIVE_INFINITY, lastN = Number.POSITIVE_INFINITY } = query;
  const { weight = Number.POSITIVE_INFINITY } = query;
  const isWeighed = weight < Number.POSITIVE_INFINITY;
  const isBehind = behind(query);
  const firsts = new Map<string, HistoryInstance>();
  // One more than fits tells that there is more, and where the page ends.
  let candidates: readonly HistoryInstance[] = [];
  let room = limit;
  let text = 0;
  const wanted = Math.min(lastN, limit + 1);
  const cut = (): void => {
    const sorted = candidates.toSorted(isBehind);
    // The one that is over is too much also with others before it.
    room = text > weight ? Math.min(limit, countWithin(sorted, weight)) : limit;
    candidates = sorted.slice(0, room + 1);
    text = isWeighed ? weightOfAll(candidates) : 0;
  };
  return {
    wanted,
    weight,
    enough: (instances) => (isWeighed ? Math.min(wanted, countWithin(instances, weight) + 1) : wanted),
    add: (attribute, instances) => {
      const [first] = instances;
      if (first === undefined) return;
      firsts.set(attribute, first);
      candidates = [...candidates, ...instances];
      if (isWeighed) text += weightOfAll(instances);
      if (candidates.length > room || text > weight) cut();
    },
    end: () => {
      const last = candidates[room];
      return last && timeOf(last, query);
    },
    finish: () => toPage(firsts, candidates, room, query),
  };
}

function toPage(
  firsts: ReadonlyMap<string, HistoryInstance>,
  candidates: readonly HistoryInstance[],
  room: number,
  query: HistoryQuery,
): HistoryPage {
  const isBehind = behind(query);
  const overflow = candidates[room];
  const within = overflow ? candidates.filter((one) => isBehind(one, overflow) < 0) : candidates;
  // Of a moment that no page holds there is as much as fits.
  const isCut = within.length === 0 && candidates.length > 0;
  const shown = isCut ? candidates.slice(0, room) : within;
  const groups = new Map<string, HistoryInstance[]>([...firsts.keys()].map((attribute) => [attribute, []]));
  for (const instance of shown) groups.get(instance.attribute)?.push(instance);
  const found = [...groups].filter(([, instances]) => instances.length > 0);
  const later = [...firsts].filter(([attribute]) => groups.get(attribute)?.length === 0);
  return { instances: new Map(found), later: new Map(later), isWhole: overflow === undefined, isCut };
}

/** Positive where one comes after the other in the order of the query, by time alone. */
function behind(query: HistoryQuery): (one: HistoryInstance, other: HistoryInstance) => number {
  const direction = query.lastN === undefined ? 1 : -1;
  return (one, other) => direction * (timeOf(one, query) - timeOf(other, query));
}

/**
 * The order of the query: by its time, what lacks it first, and instances of one moment as they were written; with lastN
 * all the other way round.
 */
export function inOrderOf(query: HistoryQuery): (one: HistoryInstance, other: HistoryInstance) => number {
  const isBehind = behind(query);
  const direction = query.lastN === undefined ? 1 : -1;
  return (one, other) =>
    isBehind(one, other) ||
    direction * (one.modifiedAt - other.modifiedAt || (one.instanceId < other.instanceId ? -1 : 1));
}

/** The time that the query is about. */
export function timeOf(
  instance: HistoryInstance,
  { timeproperty }: Pick<HistoryQuery, 'timeproperty'>,
): Micros {
  return instance[timeproperty] ?? NEVER;
}

/** Whether an instance of an Attribute that is asked for is of the interval, and of the datasets. */
export function isWithin(
  instance: HistoryInstance,
  { timeproperty, from, to, datasetIds }: Pick<HistoryQuery, 'timeproperty' | 'from' | 'to' | 'datasetIds'>,
): boolean {
  const at = instance[timeproperty];
  const isBounded = from !== undefined || to !== undefined;
  if (isBounded && (at === undefined || at < (from ?? at) || (to !== undefined && at >= to))) return false;
  return datasetIds === undefined || datasetIds.includes(instance.datasetId);
}
