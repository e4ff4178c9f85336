import { type AttributePath, withoutLinks } from '../domain/query/attribute-query.ts';
import type { Condition } from '../domain/query/condition.ts';
import { narrow } from '../domain/query/narrow.ts';
import type { ValueSpan } from '../domain/query/value-spans.ts';
import type { Subscription } from '../domain/subscription/subscription.ts';

/** What an Entity that passes the filters of a Subscription has, in a form that can be looked up. */
export type FilterKey =
  /** Among the points of what the path leads to is this one (`pointText`). */
  | { readonly kind: 'point'; readonly path: AttributePath; readonly text: string }
  /** Among them is one of this kind that is not below `from` and not above `to`. */
  | {
      readonly kind: 'range';
      readonly path: AttributePath;
      readonly of: 'number' | 'instant' | 'time';
      readonly from: number;
      readonly to: number;
    }
  /** It has this scope, or with `below` this one or one beneath it. */
  | { readonly kind: 'scope'; readonly scope: string; readonly below: boolean }
  /** A cell of this GeoProperty begins with this token, or this one with it. */
  | { readonly kind: 'cell'; readonly attribute: string; readonly cell: string }
  /** Its id begins with this. */
  | { readonly kind: 'idStart'; readonly text: string }
  /** It has this Attribute. */
  | { readonly kind: 'present'; readonly attribute: string };

/** Keys of which every Entity that passes has one at least. */
export type FilterChoice = readonly FilterKey[];

/** More keys are no selection any more, and dear to keep. */
const MOST_KEYS = 64;
/** Of a geoquery; fewer and larger cells find a few Entities too many. */
const MOST_CELLS = 8;

/**
 * The ways to look a Subscription up by what it demands besides type and id: each of them finds every Entity that it
 * matches. None where the filters say nothing that can be looked up.
 */
export function filterChoicesOf({
  entities,
  q,
  geoQ,
  scopeQ,
}: Pick<Subscription, 'entities' | 'q' | 'geoQ' | 'scopeQ'>): readonly FilterChoice[] {
  const { condition } = narrow({
    ...(entities && { selectors: entities }),
    ...(q && { q: withoutLinks(q) }),
    ...(geoQ && { geoQ }),
    ...(scopeQ && { scopeQ }),
  });
  return choicesIn(condition).filter(({ length }) => length <= MOST_KEYS);
}

/** Of what must hold together each part is a choice; of what may hold one or the other each part must have one. */
function choicesIn(condition: Condition): readonly FilterChoice[] {
  switch (condition.kind) {
    case 'all':
      return condition.of.flatMap(choicesIn);
    case 'any': {
      const parts = condition.of.map((part) => choicesIn(part)[0]);
      return parts.every((part) => part !== undefined) ? [parts.flat()] : [];
    }
    case 'value': {
      const keys = condition.spans.map((span) => keyOfSpan(condition.path, span));
      return keys.length > 0 && keys.every((key) => key !== undefined) ? [keys] : [];
    }
    case 'presence': {
      const [attribute] = condition.path.names;
      return condition.is === 'present' && attribute !== undefined ? [[{ kind: 'present', attribute }]] : [];
    }
    case 'scope':
      return [[condition]];
    case 'cells': {
      const { attribute, cells } = condition;
      return cells.length > 0 ? [coarse(cells).map((cell) => ({ kind: 'cell', attribute, cell }))] : [];
    }
    case 'idStart':
      return [[condition]];
    // The index has looked at them already.
    case 'type':
    case 'ids':
    case 'anything':
    case 'nothing':
      return [];
  }
}

/** Undefined for spans of texts, which have no place in an order that is kept here. */
function keyOfSpan(path: AttributePath, span: ValueSpan): FilterKey | undefined {
  if ('at' in span) return { kind: 'point', path, text: pointText(span) };
  if (span.kind === 'text') return undefined;
  const { kind: of, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = span;
  return { kind: 'range', path, of, from, to };
}

/** A point as a key of a map. */
export function pointText({ kind, at }: { readonly kind: string; readonly at: unknown }): string {
  return `${kind} ${String(at)}`;
}

/** The smallest cells that hold all of these and are not more than allowed. */
function coarse(cells: readonly string[]): readonly string[] {
  let found = cells;
  for (let level = Math.max(...cells.map(({ length }) => length)); found.length > MOST_CELLS; level -= 1)
    found = [...new Set(cells.map((cell) => cell.slice(0, level - 1)))];
  return found;
}
