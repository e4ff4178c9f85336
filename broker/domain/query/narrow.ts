import { cellsCovering } from '../geo-cells.ts';
import type { AttributePath, AttributeQuery } from './attribute-query.ts';
import type { Condition } from './condition.ts';
import type { GeoQuery } from './geo-query.ts';
import { operatorOf } from './operators.ts';
import type { Pattern } from './pattern.ts';
import { fixedText } from './pattern-text.ts';
import type { EntityQuery, EntitySelector } from './query.ts';
import type { ScopePattern, ScopeQuery } from './scope-query.ts';
import type { TypeSelection } from './type-selection.ts';

/** A Condition that every matching Entity meets; when `exact`, every Entity that meets it matches. */
export interface Narrowed {
  readonly condition: Condition;
  readonly exact: boolean;
}

/** Databases bound how long and how deep an expression may be (SQLite: 1,000): what has more parts is weakened. */
const MOST_PARTS = 800;

const everything: Narrowed = { condition: { kind: 'anything' }, exact: true };
const unknown: Narrowed = { condition: { kind: 'anything' }, exact: false };

/**
 * What a store can do for a query: ids, types and scopes exactly; a geoquery by cells, a q by spans of values and by
 * what is there, and patterns by their fixed text, all of which hold a few Entities too many. Where the result is not
 * exact, filter by `compileQuery`.
 */
export function narrow({ selectors, attributes, q, geoQ, scopeQ }: EntityQuery): Narrowed {
  return all([
    selectors === undefined ? everything : any(selectors.map(narrowSelector)),
    scopeQ === undefined ? everything : narrowScopes(scopeQ),
    geoQ === undefined ? everything : narrowGeo(geoQ),
    attributes === undefined
      ? everything
      : any(attributes.map((name) => presence({ names: [name] }, 'present'))),
    q === undefined ? everything : narrowAttributes(q),
  ]);
}

function narrowSelector({ ids, idPattern, types }: EntitySelector): Narrowed {
  return all([
    ids === undefined ? everything : exactly({ kind: 'ids', ids: [...new Set(ids)] }),
    types === undefined ? everything : narrowTypes(types),
    idPattern === undefined ? everything : narrowIdPattern(idPattern),
  ]);
}

function narrowIdPattern(pattern: Pattern): Narrowed {
  const fixed = fixedText(pattern);
  return fixed?.isStart === true ? roughly({ kind: 'idStart', text: fixed.text }) : unknown;
}

function narrowTypes({ anyOf }: TypeSelection): Narrowed {
  return any(anyOf.map((types) => all(types.map((type) => exactly({ kind: 'type', type })))));
}

function narrowScopes({ anyOf }: ScopeQuery): Narrowed {
  return any(anyOf.map((patterns) => all(patterns.map(narrowScope))));
}

/** What stands before the first wildcard holds for the scope; `/#` needs some scope, which no Condition says. */
function narrowScope({ levels, below }: ScopePattern): Narrowed {
  const wildcard = levels.indexOf('+');
  const fixed = wildcard === -1 ? levels : levels.slice(0, wildcard);
  if (fixed.length === 0) return unknown;
  const scope = `/${fixed.join('/')}`;
  return wildcard === -1
    ? exactly({ kind: 'scope', scope, below })
    : { condition: { kind: 'scope', scope, below: true }, exact: false };
}

function narrowGeo(geoQ: GeoQuery): Narrowed {
  const [attribute] = geoQ.path;
  const cover = geoQ.path.length === 1 ? cellsCovering(geoQ) : undefined;
  if (cover === undefined || attribute === undefined) return unknown;
  return roughly({ kind: 'cells', attribute, ...cover });
}

/** A path into linked Entities leads away from the Entity. */
function narrowAttributes(q: AttributeQuery): Narrowed {
  switch (q.kind) {
    case 'all':
      return all(q.of.map(narrowAttributes));
    case 'any':
      return any(q.of.map(narrowAttributes));
    case 'exists':
      return presence(q.path, 'present');
    case 'absent':
      return presence(q.path, 'absent');
    case 'comparison': {
      const { path, operator, operand } = q;
      const spans = path.linked === undefined ? operatorOf(operator).spans?.(operand) : undefined;
      return spans === undefined ? unknown : roughly({ kind: 'value', path, spans });
    }
  }
}

/** What everything has is no selection. */
function presence(path: AttributePath, is: 'present' | 'absent'): Narrowed {
  return path.names.length === 0 || path.linked !== undefined
    ? unknown
    : roughly({ kind: 'presence', path, is });
}

function exactly(condition: Condition): Narrowed {
  return { condition, exact: true };
}

function roughly(condition: Condition): Narrowed {
  return { condition, exact: false };
}

function all(parts: readonly Narrowed[]): Narrowed {
  const exact = parts.every((part) => part.exact);
  const of = parts.map(({ condition }) => condition).filter(({ kind }) => kind !== 'anything');
  if (of.some(({ kind }) => kind === 'nothing')) return exactly({ kind: 'nothing' });
  const kept = affordable(of);
  return {
    condition: joined('all', kept) ?? { kind: 'anything' },
    exact: exact && kept.length === of.length,
  };
}

function any(parts: readonly Narrowed[]): Narrowed {
  const all = parts.find(({ condition, exact }) => condition.kind === 'anything' && exact);
  if (all !== undefined) return all;
  const exact = parts.every((part) => part.exact);
  const of = parts.map(({ condition }) => condition).filter(({ kind }) => kind !== 'nothing');
  if (of.some(({ kind }) => kind === 'anything')) return { condition: { kind: 'anything' }, exact };
  if (affordable(of).length < of.length) return unknown;
  return { condition: joined('any', of) ?? { kind: 'nothing' }, exact };
}

/** The conditions that fit, in their order. */
function affordable(of: readonly Condition[]): readonly Condition[] {
  let room = MOST_PARTS;
  return of.filter((condition) => {
    const size = sizeOf(condition);
    if (size > room) return false;
    room -= size;
    return true;
  });
}

function sizeOf(condition: Condition): number {
  if (condition.kind === 'value') return condition.spans.length;
  return condition.kind === 'all' || condition.kind === 'any'
    ? condition.of.reduce((sum, part) => sum + sizeOf(part), 0)
    : 1;
}

/** One condition needs no list; a list within a list of the same kind is one list. */
function joined(kind: 'all' | 'any', of: readonly Condition[]): Condition | undefined {
  if (of.length <= 1) return of[0];
  return { kind, of: of.flatMap((condition) => (condition.kind === kind ? condition.of : [condition])) };
}
