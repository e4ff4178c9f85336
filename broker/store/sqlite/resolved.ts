import type { Condition } from '../../domain/query/condition.ts';
import { typePartOf, typesOf } from '../condition-types.ts';
import { type IndexedCondition, type PointSpan, pointSpans } from './point-spans.ts';
import type { Subject } from './value-subjects.ts';

/** A Condition with the value indexes that there are now: what no index answers lets everything through. */
export type Resolved =
  | Exclude<Condition, { kind: 'value' | 'presence' | 'all' | 'any' }>
  /** Some row in the spans in one of the indexes; what is in one of them has one of the types that are asked for. */
  | { readonly kind: 'points'; readonly indexes: readonly number[]; readonly spans: readonly PointSpan[] }
  | { readonly kind: 'all'; readonly of: readonly Resolved[] }
  | { readonly kind: 'any'; readonly of: readonly Resolved[] };

/** Finds the number of the value index for a type (every type where undefined), when there is one. */
export type FindIndex = (type: string | undefined, subject: Subject) => number | undefined;

const everyType: readonly undefined[] = [undefined];

/** What the Condition is with the indexes that are found. */
export function resolve(condition: Condition, findIndex: FindIndex): Resolved {
  return resolveAmong(condition, findIndex, everyType);
}

function resolveAmong(
  condition: Condition,
  findIndex: FindIndex,
  types: readonly (string | undefined)[],
): Resolved {
  switch (condition.kind) {
    case 'value':
    case 'presence':
    case 'cells':
      return resolveIndexed(condition, findIndex, types);
    case 'all': {
      const typePart = typePartOf(condition.of);
      const among = (typePart && typesOf(typePart)) ?? types;
      return { kind: 'all', of: condition.of.map((part) => resolveAmong(part, findIndex, among)) };
    }
    case 'any':
      return { kind: 'any', of: condition.of.map((part) => resolveAmong(part, findIndex, types)) };
    default:
      return condition;
  }
}

/** Cells can be found without an index. */
function resolveIndexed(
  condition: IndexedCondition,
  findIndex: FindIndex,
  types: readonly (string | undefined)[],
): Resolved {
  const subject = subjectOf(condition);
  const indexes = types.map((type) => findIndex(type, subject));
  if (indexes.includes(undefined)) return condition.kind === 'cells' ? condition : { kind: 'anything' };
  return { kind: 'points', indexes: indexes as readonly number[], spans: pointSpans(condition) };
}

function subjectOf(condition: IndexedCondition): Subject {
  if (condition.kind === 'cells') return { of: 'cells', attribute: condition.attribute };
  return { of: condition.kind === 'value' ? 'values' : 'presence', path: condition.path };
}
