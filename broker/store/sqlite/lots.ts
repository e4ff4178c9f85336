import type { Database } from '../../../runtime/sqlite/open.ts';
import { anything, type ConditionScope, type Sql, toFilter } from './condition.ts';
import type { Session } from './session.ts';
import type { Way } from './ways.ts';

/** Some places in creation order, each once. */
export interface Lot {
  readonly places: readonly number[];
  /** The place up to which it was looked. */
  readonly end: number;
  readonly isLast: boolean;
  /** Rows that were passed. */
  readonly passed: number;
}

/** A lot of which only the number of places is wanted. */
export interface CountedLot extends Omit<Lot, 'places'> {
  readonly count: number;
}

interface LotStep {
  readonly after: number;
  readonly most: number;
}

/** A way that is ready to be gone, a lot at a time. */
export interface Lots {
  /** True when every place on the way is wanted. */
  readonly isWhole: boolean;
  /** As of the way. */
  readonly isCheap: boolean;
  /** Those of the next `most` rows behind `after` that pass the tests, but for the first `skip` rows. */
  next(step: LotStep & { readonly skip: number }): Lot;
  /** How many of the next rows pass the tests. */
  count(step: LotStep): CountedLot;
  /** How many rows there are behind `after`, counted up to a limit; those that are there twice count twice. */
  size(limit: number, after: number): number;
  /** The place of the row that is so many behind `after`; undefined when there are fewer. */
  reach(rows: number, after: number): number | undefined;
}

const nowhere: Lots = {
  isWhole: true,
  isCheap: false,
  next: ({ after }) => ({ places: [], end: after, isLast: true, passed: 0 }),
  count: ({ after }) => ({ count: 0, end: after, isLast: true, passed: 0 }),
  size: () => 0,
  reach: () => undefined,
};

/** Compiles a way; `most` is a test of `o.seq` that nearly all rows pass: the others are no rows of it. */
export function lotsOf(session: Session, scope: ConditionScope, way: Way, most: Sql = anything): Lots {
  if (way.sources.length === 0) return nowhere;
  const { database } = session;
  const texts = way.sources.map(({ text }) => (most === anything ? text : `${text} AND ${most.text}`));
  const all = texts.join(' UNION ALL ');
  // To merge what is in order costs what is taken of it; the first of what has to be sorted are kept aside, not all.
  const rows = `${way.isInOrder ? texts.join(' UNION ') : `SELECT seq FROM (${all})`} ORDER BY 1`;
  const valuesBehind = (after: number) =>
    way.sources.flatMap(({ values }) => [...values, after, ...most.values]);
  return {
    ...testedLots(database, {
      rows,
      valuesBehind,
      tests: testsOf(scope, way),
      hasManyRows: way.test !== anything,
    }),
    isCheap: way.isCheap,
    size: (limit, after) =>
      database
        .cached<[number]>(`SELECT count(*) FROM (${all} LIMIT ?)`)
        .get(...valuesBehind(after), limit)?.[0] ?? 0,
    reach: (count, after) =>
      database.cached<[number]>(`${rows} LIMIT 1 OFFSET ?`).get(...valuesBehind(after), count - 1)?.[0],
  };
}

function testsOf(scope: ConditionScope, { test, rest }: Way): readonly Sql[] {
  return [test, toFilter(rest, scope)].filter(({ text }) => text !== anything.text);
}

interface Rows {
  readonly rows: string;
  readonly valuesBehind: (after: number) => Sql['values'];
  readonly tests: readonly Sql[];
  /** True when an Entity may have several rows, not all of which pass the tests. */
  readonly hasManyRows: boolean;
}

/** The tests run over a lot of rows, so that a statement ends soon also where few of them pass. */
function testedLots(
  database: Database,
  { rows, valuesBehind, tests, hasManyRows }: Rows,
): Pick<Lots, 'isWhole' | 'next' | 'count'> {
  const filter = tests.length === 0 ? '' : ` FILTER (WHERE ${tests.map(({ text }) => text).join(' AND ')})`;
  const tested = tests.flatMap(({ values }) => values);
  const from = `, max(o.seq), count(*) FROM (${rows} LIMIT ? OFFSET ?) AS o`;
  const read = <Found>(result: string, { after, most }: LotStep, skip: number) => {
    const row = database
      .cached<[Found, number | null, number]>(`SELECT ${result}${filter}${from}`)
      .get(...tested, ...valuesBehind(after), most, skip);
    const [found, last, passed] = row as [Found, number | null, number];
    return { found, end: last ?? after, isLast: passed < most, passed };
  };
  const next: Lots['next'] = ({ skip, ...step }) => {
    const { found, ...lot } = read<string>('json_group_array(o.seq)', step, skip);
    // The other rows of the last Entity may be behind the lot.
    const end = hasManyRows && !lot.isLast ? lot.end - 1 : lot.end;
    // One Entity may have more rows than a lot.
    if (end <= step.after && !lot.isLast) return next({ ...step, skip, most: 2 * step.most });
    const all = JSON.parse(found) as readonly number[];
    return { ...lot, end, places: all.filter((place, at) => place <= end && place !== all[at - 1]) };
  };
  return {
    isWhole: tests.length === 0,
    next,
    count: (step) => {
      const { found, ...lot } = read<number>('count(*)', step, 0);
      return { ...lot, count: found };
    },
  };
}
