import { NGSI_LD_NULL } from '../../domain/entity.ts';
import { type Reach, reachOf, reachOfText } from '../../domain/query/value-reach.ts';
import { attributeIn } from './history-instances.ts';

/** What spans the value of an instance, of the line of its text; undefined where that is not told. */
export type LineReach = (line: string) => Reach | undefined;

/** As `reachOf` tells it, though perhaps with numbers that its Sub-Attributes have. */
export const exactReach: LineReach = (line) => shownReach(line) ?? reachOf([attributeIn(line)]);

/**
 * The same for those who look at the instance next: what takes as long to tell as to judge is not told. Judging a geometry
 * takes longer.
 */
export const quickReach: LineReach = (line) =>
  line.includes(GEOMETRY) ? exactReach(line) : shownReach(line);

const GEOMETRY = '"kind":"GeoProperty"';
const VALUE = '"value":';

/** Told without reading the instance: of a number, and of a text that is the only value of the line. */
function shownReach(line: string): Reach | undefined {
  const start = line.indexOf(VALUE) + VALUE.length;
  return line[start] === '"' ? reachOfTextAt(line, start) : reachOfNumbers(line);
}

function reachOfTextAt(line: string, start: number): Reach | undefined {
  const text = line.slice(start + 1, line.indexOf('"', start + 1));
  const isTold = !text.includes('\\') && text !== NGSI_LD_NULL && !line.includes(VALUE, start);
  return isTold ? reachOfText(text) : undefined;
}

/** More than a JSON number that is made of a double has. */
const LONGEST_NUMBER = 32;

/** Where nothing but numbers are values, of the instance and its Sub-Attributes, any of them counts. */
function reachOfNumbers(line: string): Reach | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let found = line.indexOf(VALUE); found >= 0; found = line.indexOf(VALUE, found + 1)) {
    const start = found + VALUE.length;
    const number = Number.parseFloat(line.slice(start, start + LONGEST_NUMBER));
    // What is no number does not begin like one.
    if (Number.isNaN(number)) return undefined;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return { low, high };
}
