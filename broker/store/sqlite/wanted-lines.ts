import { meets, type Reach } from '../../domain/query/value-reach.ts';
import type { HistoryQuery } from '../temporal-store.ts';
import type { MayBeWanted } from './history-instances.ts';
import { type LineReach, quickReach } from './line-reach.ts';
import type { Names } from './names.ts';

/** What is asked for, as far as the text of an instance tells it. */
export type WantedOf = Pick<HistoryQuery, 'attributes' | 'timeproperty' | 'from' | 'to' | 'within'>;

/** Tells by their texts which instances may be asked for; undefined where all may. */
export function wantedLines(query: WantedOf, iris: Pick<Names, 'find'>): MayBeWanted | undefined {
  const { within } = query;
  return allOf([attributeFilter(query, iris), linesInTime(query), within && linesWithin(within, quickReach)]);
}

/** Passes what all of these do that are there; undefined where none is. */
export function allOf(tests: readonly (MayBeWanted | undefined)[]): MayBeWanted | undefined {
  const given = tests.filter((test) => test !== undefined);
  const [first, second] = given;
  if (second === undefined) return first;
  return (line) => given.every((test) => test(line));
}

/** The number of the Attribute stands behind the id of the instance. */
function attributeFilter({ attributes }: WantedOf, iris: Pick<Names, 'find'>): MayBeWanted | undefined {
  if (attributes === undefined) return undefined;
  const numbers = attributes.map(iris.find).filter((no) => no !== undefined);
  const behindId = numbers.map((no) => `",${no},`);
  return (line) => {
    const end = line.indexOf('"', ID_START);
    // An id with a quote in it is rather read than taken apart.
    return line[end - 1] === '\\' || behindId.some((text) => line.startsWith(text, end));
  };
}

const ID_START = '["'.length;

/** More digits than a time has, and what may follow it. */
const DIGITS = 24;

/**
 * Tells which instances may be of the interval. An instance says its times by their names, as its Sub-Attributes and what
 * it has for a value may do: any of them counts.
 */
export function linesInTime({
  timeproperty,
  from,
  to,
}: Omit<WantedOf, 'attributes' | 'within'>): MayBeWanted | undefined {
  if (from === undefined && to === undefined) return undefined;
  const name = `"${timeproperty}":`;
  const earliest = from ?? Number.NEGATIVE_INFINITY;
  const end = to ?? Number.POSITIVE_INFINITY;
  return (line) => {
    for (let found = line.indexOf(name); found >= 0; found = line.indexOf(name, found + 1)) {
      const start = found + name.length;
      const at = Number.parseInt(line.slice(start, start + DIGITS), 10);
      if (at >= earliest && at < end) return true;
    }
    return false;
  };
}

/** Tells which instances may have a value within one of these reaches, as far as `reachOf` tells it. */
export function linesWithin(within: readonly Reach[], reachOf: LineReach): MayBeWanted {
  return (line) => {
    const reach = reachOf(line);
    return reach === undefined || within.some((one) => meets(one, reach));
  };
}
