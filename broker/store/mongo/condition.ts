import type { Filter } from 'mongodb';
import type { Condition } from '../../domain/query/condition.ts';
import { isExact, typePartOf, typesOf } from '../condition-types.ts';
import type { EntityDocument } from './entity-document.ts';
import { keyOf } from './keys.ts';
import { assertFilterSize } from './limits.ts';
import { cellPrefix, token } from './tokens.ts';
import { documentsWith, type FoundIndex } from './value-keys.ts';
import { afterPrefix, type IndexedCondition, keySpans, type Subject, subjectOf } from './value-subject.ts';

type Found = Filter<EntityDocument>;

/** A filter that reads nothing but this tenant's Entities; `everything` and `nothing` are told apart to simplify. */
type Compiled = 'everything' | 'nothing' | Found;

/** Finds an index of the Entities of a type, when there is one to read. */
export type FindIndex = (type: string, subject: Subject) => FoundIndex | undefined;

/** What a Condition is compiled with. */
interface Scope {
  readonly tenant: string;
  readonly findIndex: FindIndex;
  /** The Entities that matter have one of these types; undefined where nothing is said. */
  readonly among?: readonly string[] | undefined;
}

/**
 * The filter of a Condition on the documents of a tenant; undefined when nothing can meet it. It leaves to the caller
 * to exclude what expired or was deleted. What no index tells, it lets through.
 * @throws NgsiLdError TooComplexQuery when it names more ids than a command holds
 */
export function toFilter(
  condition: Condition,
  tenant: string,
  findIndex: FindIndex = () => undefined,
): Found | undefined {
  const compiled = compile(condition, { tenant, findIndex });
  if (compiled === 'nothing') return undefined;
  const all: Found = { tokens: token.any(tenant) };
  if (compiled === 'everything') return all;
  // Where many are found in a range, the server meets some sooner along the creation order of all.
  const isOrdered = isExact(condition) || fewTypesOf([condition, ...partsOf(condition)]) !== undefined;
  return isOrdered ? compiled : { $and: [all, compiled] };
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'all' ? condition.of : [];
}

/** True when it asks for places, among which an Entity may move. */
export function hasCells(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(hasCells);
  return condition.kind === 'cells';
}

function compile(condition: Condition, scope: Scope): Compiled {
  const { tenant } = scope;
  switch (condition.kind) {
    case 'anything':
      return 'everything';
    case 'nothing':
      return 'nothing';
    case 'value':
    case 'presence':
      return indexed(condition, scope);
    case 'type':
      return { tokens: token.type(tenant, condition.type) };
    case 'scope':
      return { tokens: (condition.below ? token.below : token.scope)(tenant, condition.scope) };
    case 'ids':
      return ids(condition.ids, tenant);
    case 'idStart':
      return {
        _id: { $gte: keyOf(tenant, condition.text), $lt: afterPrefix(keyOf(tenant, condition.text)) },
      };
    case 'cells':
      return cells(condition, tenant);
    case 'all': {
      const among = fewTypesOf(condition.of) ?? scope.among;
      return all(condition.of.map((part) => compile(part, { ...scope, among })));
    }
    case 'any':
      return any(condition.of.map((part) => compile(part, scope)));
  }
}

/** Through an index of each of the types. */
function indexed(condition: IndexedCondition, { findIndex, among }: Scope): Compiled {
  const spans = keySpans(condition);
  if (spans === undefined || among === undefined) return 'everything';
  const subject = subjectOf(condition);
  // All are asked for, so that all are known to be missing.
  const found = among.map((type) => findIndex(type, subject));
  if (found.includes(undefined)) return 'everything';
  return any(found.flatMap((index) => (index === undefined ? [] : documentsWith(spans, index))));
}

/** The types of the first part that names few. */
function fewTypesOf(parts: readonly Condition[]): readonly string[] | undefined {
  const part = typePartOf(parts);
  return part && typesOf(part);
}

function ids(ids: readonly string[], tenant: string): Compiled {
  if (ids.length === 0) return 'nothing';
  assertFilterSize(ids);
  return { _id: { $in: ids.map((id) => keyOf(tenant, id)) } };
}

/** One range a cell. `$elemMatch`, because two bounds on an array may otherwise be met by two different elements. */
function cells(
  { attribute, cells, enclosing }: Extract<Condition, { kind: 'cells' }>,
  tenant: string,
): Compiled {
  const prefix = cellPrefix(tenant, attribute);
  const ranges: Found[] = cells.map((cell) => ({
    tokens: { $elemMatch: { $gte: prefix + cell, $lt: `${prefix}${cell}4` } },
  }));
  if (enclosing.length > 0) ranges.push({ tokens: { $in: enclosing.map((cell) => prefix + cell) } });
  return any(ranges);
}

function all(parts: readonly Compiled[]): Compiled {
  if (parts.includes('nothing')) return 'nothing';
  const filters = parts.filter((part): part is Found => typeof part !== 'string');
  if (filters.length <= 1) return filters[0] ?? 'everything';
  return { $and: filters };
}

function any(parts: readonly Compiled[]): Compiled {
  if (parts.includes('everything')) return 'everything';
  const filters = parts.filter((part): part is Found => typeof part !== 'string');
  if (filters.length <= 1) return filters[0] ?? 'nothing';
  return { $or: filters };
}
