import type { Condition } from '../../domain/query/condition.ts';
import { belowToken, cellToken, scopeToken, typeToken } from './tokens.ts';

/** A piece of SQL and the values of its placeholders, in their order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** What a Condition is compiled for: one tenant, with the numbers of the names as they are now. */
export interface ConditionScope {
  readonly tenant: number;
  readonly numberOf: (iri: string) => number | undefined;
  /** About how many rows a token has: which part of a conjunction to walk. */
  readonly sizeOf: (token: string) => number;
  /** How many Entities have the type, or there are. */
  readonly entitiesOf: (type: string | undefined) => number;
}

/** SELECTs of `o.seq`, each in creation order through an index, whose union meets the Condition. */
export type Sources = readonly Sql[];

const nothing: Sql = { text: '0', values: [] };
const anything: Sql = { text: '1', values: [] };

/** True when the SQL of the Condition lets through no Entity that does not meet it. */
export function isExact(condition: Condition): boolean {
  switch (condition.kind) {
    case 'cells':
    case 'value':
      return false;
    case 'all':
    case 'any':
      return condition.of.every(isExact);
    default:
      return true;
  }
}

/** How to walk the Entities that meet the Condition; cells and values let everything through. `more` is a filter on `o.seq`. */
export function toSources(condition: Condition, scope: ConditionScope, more: readonly Sql[]): Sources {
  switch (condition.kind) {
    case 'nothing':
      return [];
    case 'anything':
    case 'cells':
    case 'value':
      return [select('entity AS o INDEXED BY entity_tenant WHERE o.tenant = ?', [scope.tenant], more)];
    case 'ids':
      return [
        select(
          'entity AS o INDEXED BY entity_id WHERE o.tenant = ? AND o.id IN (SELECT value FROM json_each(?))',
          [scope.tenant, JSON.stringify(condition.ids)],
          more,
        ),
      ];
    case 'type':
    case 'scope': {
      const token = tokenOf(condition, scope);
      if (token === undefined) return [];
      return [select('token AS o WHERE o.tenant = ? AND o.token = ?', [scope.tenant, token], more)];
    }
    case 'all':
      return allSources(condition.of, scope, more);
    case 'any':
      return anySources(condition, scope, more);
  }
}

function select(from: string, values: Sql['values'], filters: readonly Sql[]): Sql {
  return {
    text: `SELECT o.seq FROM ${[from, ...filters.map(({ text }) => text)].join(' AND ')}`,
    values: [...values, ...filters.flatMap((filter) => filter.values)],
  };
}

/** Walks the part with the fewest Entities and tests the others. */
function allSources(parts: readonly Condition[], scope: ConditionScope, more: readonly Sql[]): Sources {
  let driver: Condition = { kind: 'anything' };
  let smallest = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const size = parts.length === 1 ? 0 : estimate(part, scope);
    if (size >= smallest) continue;
    driver = part;
    smallest = size;
  }
  const rest = parts.filter((part) => part !== driver).map((part) => toFilter(part, scope));
  return toSources(driver, scope, [...rest.filter(({ text }) => text !== '1'), ...more]);
}

/** SQLite takes 500 SELECTs in one; beyond a part of that, every Entity is tested. */
const MOST_SOURCES = 100;

function anySources(
  condition: Extract<Condition, { kind: 'any' }>,
  scope: ConditionScope,
  more: readonly Sql[],
): Sources {
  const everything: Condition = { kind: 'anything' };
  if (condition.of.some(({ kind }) => kind === 'anything' || kind === 'cells' || kind === 'value')) {
    return toSources(everything, scope, more);
  }
  const sources = condition.of.flatMap((part) => toSources(part, scope, more));
  return sources.length <= MOST_SOURCES
    ? sources
    : toSources(everything, scope, [toFilter(condition, scope), ...more]);
}

/** About how many Entities a walk goes through. */
export function estimate(condition: Condition, scope: ConditionScope): number {
  switch (condition.kind) {
    case 'nothing':
      return 0;
    case 'ids':
      return condition.ids.length;
    case 'anything':
    case 'cells':
    case 'value':
      return scope.entitiesOf(undefined);
    case 'type':
      return scope.entitiesOf(condition.type);
    case 'scope': {
      const token = tokenOf(condition, scope);
      return token === undefined ? 0 : scope.sizeOf(token);
    }
    case 'all':
      return Math.min(scope.entitiesOf(undefined), ...condition.of.map((part) => estimate(part, scope)));
    case 'any':
      return condition.of.reduce((sum, part) => sum + estimate(part, scope), 0);
  }
}

/** A test on `o.seq`. Cells and values let everything through. */
export function toFilter(condition: Condition, scope: ConditionScope): Sql {
  switch (condition.kind) {
    case 'nothing':
      return nothing;
    case 'anything':
    case 'cells':
    case 'value':
      return anything;
    case 'ids':
      return {
        text: 'o.seq IN (SELECT seq FROM entity WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)))',
        values: [scope.tenant, JSON.stringify(condition.ids)],
      };
    case 'type':
    case 'scope': {
      const token = tokenOf(condition, scope);
      if (token === undefined) return nothing;
      return {
        text: 'EXISTS (SELECT 1 FROM token AS t WHERE t.tenant = ? AND t.token = ? AND t.seq = o.seq)',
        values: [scope.tenant, token],
      };
    }
    case 'all':
      return joined(
        ' AND ',
        anything,
        condition.of.map((part) => toFilter(part, scope)),
      );
    case 'any':
      return joined(
        ' OR ',
        nothing,
        condition.of.map((part) => toFilter(part, scope)),
      );
  }
}

function joined(operator: string, empty: Sql, parts: readonly Sql[]): Sql {
  if (parts.length === 0) return empty;
  return {
    text: `(${parts.map(({ text }) => text).join(operator)})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function tokenOf(
  condition: Extract<Condition, { kind: 'type' | 'scope' }>,
  { numberOf }: ConditionScope,
): string | undefined {
  if (condition.kind === 'scope') {
    return condition.below ? belowToken(condition.scope) : scopeToken(condition.scope);
  }
  const type = numberOf(condition.type);
  return type === undefined ? undefined : typeToken(type);
}

/** SELECTs of `o.seq`, in no order and perhaps more than once, of the Entities in the cells. */
export function cellSources(
  { attribute, cells, enclosing }: Extract<Condition, { kind: 'cells' }>,
  { tenant, numberOf }: ConditionScope,
): Sources {
  const no = numberOf(attribute);
  if (no === undefined) return [];
  const tokens = (of: readonly string[]) => JSON.stringify(of.map((cell) => cellToken(no, cell)));
  const from = 'json_each(?) AS c CROSS JOIN token AS o WHERE o.tenant = ?';
  return [
    select(`${from} AND o.token >= c.value AND o.token < c.value || '4'`, [tokens(cells), tenant], []),
    select(`${from} AND o.token = c.value`, [tokens(enclosing), tenant], []),
  ];
}
