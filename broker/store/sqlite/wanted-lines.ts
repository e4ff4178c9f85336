import { meets, type Reach, reachOf } from '../../domain/query/value-reach.ts';
import type { HistoryQuery } from '../temporal-store.ts';
import { attributeIn, type MayBeWanted } from './history-instances.ts';
import type { Names } from './names.ts';

/** What is asked for, as far as the text of an instance tells it. */
export type WantedOf = Pick<HistoryQuery, 'attributes' | 'timeproperty' | 'from' | 'to' | 'within'>;

/** Tells by their texts which instances may be asked for; undefined where all may. */
export function wantedLines(query: WantedOf, iris: Pick<Names, 'find'>): MayBeWanted | undefined {
  return allOf([attributeFilter(query, iris), linesInTime(query), query.within && linesWithin(query.within)]);
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

/**
 * Tells which instances may have a value within one of these reaches. Where a line has nothing but numbers for values,
 * of the instance and its Sub-Attributes, any of them counts; else the instance is read.
 */
export function linesWithin(within: readonly Reach[]): MayBeWanted {
  return (line) => {
    const reach = reachOfLine(line);
    return reach === undefined || within.some((one) => meets(one, reach));
  };
}

const VALUE = '"value":';
/** More than a JSON number that is made of a double has. */
const LONGEST_NUMBER = 32;

/**
 * What spans the value of an instance, of the line of its text, and perhaps numbers that its Sub-Attributes have;
 * undefined where it has too many values to tell.
 */
export function reachOfLine(line: string): Reach | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let found = line.indexOf(VALUE); found >= 0; found = line.indexOf(VALUE, found + 1)) {
    const start = found + VALUE.length;
    const number = Number.parseFloat(line.slice(start, start + LONGEST_NUMBER));
    // What is no number does not begin like one.
    if (Number.isNaN(number)) return reachOf([attributeIn(line)]);
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return { low, high };
}
