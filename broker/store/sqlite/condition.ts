import type { Condition } from '../../domain/query/condition.ts';
import { BEHIND } from '../../domain/query/value-spans.ts';
import { spansTest } from './point-spans.ts';
import type { Resolved } from './resolved.ts';
import { belowToken, scopeToken, typeToken } from './tokens.ts';

/** A piece of SQL and the values of its placeholders, in their order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** What a Condition is compiled for: one tenant, with the numbers of the names as they are now. */
export interface ConditionScope {
  readonly tenant: number;
  readonly numberOf: (iri: string) => number | undefined;
  /** How many Entities have the type, or there are. */
  readonly entitiesOf: (type: string | undefined) => number;
}

const nothing: Sql = { text: '0', values: [] };
export const anything: Sql = { text: '1', values: [] };

/** About how many Entities have to be gone through without any index of values. */
export function estimate(condition: Condition, scope: ConditionScope): number {
  switch (condition.kind) {
    case 'nothing':
      return 0;
    case 'ids':
      return condition.ids.length;
    case 'type':
      return scope.entitiesOf(condition.type);
    case 'all':
      return Math.min(scope.entitiesOf(undefined), ...condition.of.map((part) => estimate(part, scope)));
    case 'any':
      return condition.of.reduce((sum, part) => sum + estimate(part, scope), 0);
    default:
      return scope.entitiesOf(undefined);
  }
}

/** A test on `o.seq`. Cells that no index has let everything through. */
export function toFilter(condition: Resolved, scope: ConditionScope): Sql {
  switch (condition.kind) {
    case 'nothing':
      return nothing;
    case 'anything':
    case 'cells':
      return anything;
    case 'ids':
      return {
        text: 'o.seq IN (SELECT seq FROM entity WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)))',
        values: [scope.tenant, JSON.stringify(condition.ids)],
      };
    case 'idStart':
      return {
        text: 'EXISTS (SELECT 1 FROM entity AS e WHERE e.seq = o.seq AND e.id >= ? AND e.id < ?)',
        values: [condition.text, condition.text + BEHIND],
      };
    case 'type':
    case 'scope':
      return tokenFilter(condition, scope);
    case 'points':
      return joined(
        ' OR ',
        nothing,
        condition.indexes.map((index) => pointsFilter(index, spansTest(condition.spans, 'v'))),
      );
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

function tokenFilter(condition: TokenCondition, scope: ConditionScope): Sql {
  const token = tokenOf(condition, scope);
  if (token === undefined) return nothing;
  return {
    text: 'EXISTS (SELECT 1 FROM token AS t WHERE t.tenant = ? AND t.token = ? AND t.seq = o.seq)',
    values: [scope.tenant, token],
  };
}

function pointsFilter(index: number, test: Sql): Sql {
  const from = 'value_point AS v INDEXED BY value_point_seq WHERE v.value_index = ? AND v.seq = o.seq';
  return { text: `EXISTS (SELECT 1 FROM ${from} AND ${test.text})`, values: [index, ...test.values] };
}

/** What says nothing is left out. */
function joined(operator: ' AND ' | ' OR ', empty: Sql, parts: readonly Sql[]): Sql {
  const dominant = operator === ' AND ' ? nothing : anything;
  if (parts.some(({ text }) => text === dominant.text)) return dominant;
  const said = parts.filter(({ text }) => text !== empty.text);
  if (said.length === 0) return empty;
  return {
    text: `(${said.map(({ text }) => text).join(operator)})`,
    values: said.flatMap(({ values }) => values),
  };
}

type TokenCondition = Extract<Condition, { kind: 'type' | 'scope' }>;

/** The token of a type or scope; undefined when no Entity has had it. */
export function tokenOf(condition: TokenCondition, { numberOf }: ConditionScope): string | undefined {
  if (condition.kind === 'scope') {
    return condition.below ? belowToken(condition.scope) : scopeToken(condition.scope);
  }
  const type = numberOf(condition.type);
  return type === undefined ? undefined : typeToken(type);
}
