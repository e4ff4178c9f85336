import { BEHIND } from '../../domain/query/value-spans.ts';
import { typePartOf } from '../condition-types.ts';
import { anything, type ConditionScope, type Sql, tokenOf } from './condition.ts';
import { areInOrder, areTogether, spanSource, spansTest } from './point-spans.ts';
import type { Resolved } from './resolved.ts';
import { cellToken } from './tokens.ts';

/** A way to all Entities that meet a Condition. */
export interface Way {
  /** SELECTs of seq behind a place, which is the last value of each; none where nothing can meet the Condition. */
  readonly sources: readonly Sql[];
  /** Whether each source gives its rows in creation order: then they are merged, else they are sorted together. */
  readonly isInOrder: boolean;
  /** A test of the rows on the way, `o`: of kind and at where the sources select them. */
  readonly test: Sql;
  /** Whether passing a row costs next to nothing: the tests of cells are dearer than to look them up. */
  readonly isCheap: boolean;
  /** What Entities on the way have to meet besides. */
  readonly rest: Resolved;
}

/**
 * The ways there are. Those `inOrder` go along an index in creation order and can be left at any time. The others have to
 * be gone to the end before the first Entity is known, so that they are for few.
 */
export interface Ways {
  readonly inOrder: readonly Way[];
  readonly others: readonly Way[];
}

/** SQLite takes 500 SELECTs in one; more than a part of that were no way to few Entities. */
const MOST_SOURCES = 100;
const everything: Resolved = { kind: 'anything' };

/** The ways to what meets the Condition. */
export function waysOf(condition: Resolved, scope: ConditionScope): Ways {
  const { inOrder, others } = partWays(condition, scope);
  return { inOrder: inOrder.length > 0 ? inOrder : [{ ...wayThroughAll(scope), rest: condition }], others };
}

/** As `waysOf`, without a way through everything where no part of the Condition gives another. */
function partWays(condition: Resolved, scope: ConditionScope): Ways {
  switch (condition.kind) {
    case 'anything':
      return noWays;
    case 'nothing':
      return along([]);
    case 'ids':
      // Few enough to be put in order again and again.
      return { inOrder: [way([idsSource(condition.ids, scope)], false)], others: [] };
    case 'idStart':
      return through([idStartSource(condition.text, scope)]);
    case 'type':
    case 'scope': {
      const token = tokenOf(condition, scope);
      if (token === undefined) return along([]);
      return along([ordered('token AS o WHERE o.tenant = ? AND o.token = ?', scope.tenant, token)]);
    }
    case 'cells':
      return through(cellSources(condition, scope));
    case 'points':
      return pointWays(condition);
    case 'all':
      return allWays(condition.of, scope);
    case 'any':
      return anyWays(condition, scope);
  }
}

/** A source whose rows stand in creation order in the index through which they are found. */
function ordered(from: string, ...values: Sql['values']): Sql {
  return { text: `SELECT o.seq FROM ${from} AND o.seq > ?`, values };
}

/** A source whose rows are to be found through an index in another order. */
function unordered(from: string, ...values: Sql['values']): Sql {
  return { text: `SELECT +o.seq AS seq FROM ${from} AND +o.seq > ?`, values };
}

const byId = 'entity AS o INDEXED BY entity_id WHERE o.tenant = ?';

const noWays: Ways = { inOrder: [], others: [] };

function along(sources: readonly Sql[]): Ways {
  return { inOrder: [way(sources, true)], others: [] };
}

function through(sources: readonly Sql[]): Ways {
  return { inOrder: [], others: [way(sources, false)] };
}

function way(sources: readonly Sql[], isInOrder: boolean): Way {
  return { sources, isInOrder, test: anything, isCheap: false, rest: everything };
}

function wayThroughAll({ tenant }: ConditionScope): Way {
  return way([ordered('entity AS o INDEXED BY entity_tenant WHERE o.tenant = ?', tenant)], true);
}

function idsSource(ids: readonly string[], { tenant }: ConditionScope): Sql {
  const among = 'o.id IN (SELECT value FROM json_each(?))';
  return unordered(`${byId} AND ${among}`, tenant, JSON.stringify(ids));
}

function idStartSource(start: string, { tenant }: ConditionScope): Sql {
  return unordered(`${byId} AND o.id >= ? AND o.id < ?`, tenant, start, start + BEHIND);
}

function cellSources(
  { attribute, cells, enclosing }: Extract<Resolved, { kind: 'cells' }>,
  { tenant, numberOf }: ConditionScope,
): readonly Sql[] {
  const no = numberOf(attribute);
  if (no === undefined) return [];
  const tokens = (of: readonly string[]) => JSON.stringify(of.map((cell) => cellToken(no, cell)));
  const from = 'json_each(?) AS c CROSS JOIN token AS o WHERE o.tenant = ?';
  return [
    unordered(`${from} AND o.token >= c.value AND o.token < c.value || '4'`, tokens(cells), tenant),
    unordered(`${from} AND o.token = c.value`, tokens(enclosing), tenant),
  ];
}

/** Along the rows with a value where there are only such; else past all rows, and together where that can be. */
function pointWays({ indexes, spans }: Extract<Resolved, { kind: 'points' }>): Ways {
  const isAffordable = indexes.length * spans.length <= MOST_SOURCES;
  const sources = indexes.flatMap((index) =>
    spans.map((span) => {
      const { text, values } = spanSource(index, span);
      return 'at' in span ? ordered(text, ...values) : unordered(text, ...values);
    }),
  );
  if (areInOrder(spans) && isAffordable) return along(sources);
  const past: Way = {
    sources: indexes.map((index) => ({
      text: `SELECT o.seq, o.kind, o.at FROM value_point AS o INDEXED BY value_point_seq
        WHERE o.value_index = ? AND o.seq > ?`,
      values: [index],
    })),
    isInOrder: true,
    test: spansTest(spans, 'o'),
    isCheap: !spans.some((span) => 'ranges' in span),
    rest: everything,
  };
  return { inOrder: [past], others: areTogether(spans) && isAffordable ? [way(sources, false)] : [] };
}

/** Each part's ways lead to all; what is in indexes for some types has one of them. */
function allWays(parts: readonly Resolved[], scope: ConditionScope): Ways {
  const typePart = typePartOf(parts);
  const isSpared = parts.some(({ kind }) => kind === 'points');
  const ways = parts.map((part): Ways => {
    if (part === typePart && isSpared) return noWays;
    const others = parts.filter((other) => other !== part && !(other === typePart && part.kind === 'points'));
    const withOthers = (one: Way): Way => ({ ...one, rest: { kind: 'all', of: [one.rest, ...others] } });
    const found = partWays(part, scope);
    return { inOrder: found.inOrder.map(withOthers), others: found.others.map(withOthers) };
  });
  return {
    inOrder: ways.flatMap((found) => found.inOrder),
    others: ways.flatMap(({ others }) => others),
  };
}

/** A way to each part, together. */
function anyWays(condition: Extract<Resolved, { kind: 'any' }>, scope: ConditionScope): Ways {
  const ways = condition.of.map((part) => partWays(part, scope));
  const inOrder = ways.map((found) => found.inOrder[0]);
  const others = ways.map((found) => found.others[0] ?? found.inOrder[0]);
  return {
    inOrder: joined(condition, inOrder, true),
    others: inOrder.every((one, at) => one === others[at]) ? [] : joined(condition, others, false),
  };
}

function joined(condition: Resolved, ways: readonly (Way | undefined)[], isInOrder: boolean): readonly Way[] {
  const plain = ways.filter((one): one is Way => one !== undefined && one.test === anything);
  const sources = plain.flatMap((one) => one.sources);
  if (plain.length < ways.length || sources.length > MOST_SOURCES) return [];
  const isAll = plain.every(({ rest }) => rest === everything);
  return [{ ...way(sources, isInOrder), rest: isAll ? everything : condition }];
}
