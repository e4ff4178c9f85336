import type { Filter } from 'mongodb';
import type { Condition } from '../../domain/query/condition.ts';
import type { EntityDocument } from './entity-document.ts';
import { keyOf } from './keys.ts';
import { assertFilterSize } from './limits.ts';
import { cellPrefix, token } from './tokens.ts';

type Found = Filter<EntityDocument>;

/** A filter that reads nothing but this tenant's Entities; `everything` and `nothing` are told apart to simplify. */
type Compiled = 'everything' | 'nothing' | Found;

/**
 * The filter of a Condition on the documents of a tenant; undefined when nothing can meet it. It leaves to the caller
 * to exclude what expired or was deleted.
 * @throws NgsiLdError TooComplexQuery when it names more ids than a command holds
 */
export function toFilter(condition: Condition, tenant: string): Found | undefined {
  const compiled = compile(condition, tenant);
  if (compiled === 'nothing') return undefined;
  return compiled === 'everything' ? { tokens: token.any(tenant) } : compiled;
}

/** True when the filter finds exactly what meets the Condition. */
export function isExact(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.every(isExact);
  return condition.kind !== 'cells' && condition.kind !== 'value';
}

function compile(condition: Condition, tenant: string): Compiled {
  switch (condition.kind) {
    case 'anything':
    case 'value':
      return 'everything';
    case 'nothing':
      return 'nothing';
    case 'type':
      return { tokens: token.type(tenant, condition.type) };
    case 'scope':
      return { tokens: (condition.below ? token.below : token.scope)(tenant, condition.scope) };
    case 'ids':
      return ids(condition.ids, tenant);
    case 'cells':
      return cells(condition, tenant);
    case 'all':
      return all(condition.of.map((part) => compile(part, tenant)));
    case 'any':
      return any(condition.of.map((part) => compile(part, tenant)));
  }
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
