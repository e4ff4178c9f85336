import { meets, NOWHERE, type Reach, spanning } from '../../domain/query/value-reach.ts';
import { attributeNoIn, linesOf } from './history-instances.ts';
import { exactReach } from './line-reach.ts';

/**
 * What spans the values that the log of an Entity has of each Attribute, as JSON: by the number of the Attribute low and
 * high, nothing of values without a mark, null where it is not known. Null where it is not known of any.
 */
export type LogValues = string | null;

type Ends = readonly [low: Reach['low'], high: Reach['high']];
type Known = Readonly<Record<string, Ends | readonly [] | null>>;

/** That of a log in which is nothing. */
export const NO_VALUES: LogValues = '{}';

/** So that what is written with each change stays small: of more Attributes it is not known. */
const MOST_ATTRIBUTES = 64;

/** With the values of what is added, the text of instances. */
export function withValuesOf(values: LogValues, text: string): LogValues {
  const lines = values === null ? undefined : linesOf(text);
  if (values === null || lines === undefined) return null;
  const known = JSON.parse(values) as Record<string, Known[string]>;
  for (const line of lines) {
    const no = attributeNoIn(line);
    const before = no in known ? reachIn(known[no] ?? null) : NOWHERE;
    const added = exactReach(line);
    known[no] = before === undefined || added === undefined ? null : endsOf(spanning(before, added));
  }
  return Object.keys(known).length > MOST_ATTRIBUTES ? null : JSON.stringify(known);
}

/** What JSON has no word for is not known. */
function endsOf(reach: Reach): Known[string] {
  if (reach === NOWHERE) return [];
  const { low, high } = reach;
  const isKept = [low, high].every((mark) => typeof mark === 'string' || Number.isFinite(mark));
  return isKept ? [low, high] : null;
}

function reachIn(ends: Known[string]): Reach | undefined {
  if (ends === null) return undefined;
  const [low, high] = ends;
  return low === undefined || high === undefined ? NOWHERE : { low, high };
}

/** False where the log surely has no instance of the Attribute with a value within one of these, or any where none are given. */
export function mayHaveValue(
  values: LogValues,
  attribute: number,
  within: readonly Reach[] | undefined,
): boolean {
  if (values === null) return true;
  const known = JSON.parse(values) as Known;
  if (!(attribute in known)) return false;
  const reach = reachIn(known[attribute] ?? null);
  return within === undefined || reach === undefined || within.some((one) => meets(one, reach));
}
