import type { Condition } from '../domain/query/condition.ts';

/** A Condition, or what a driver has made of one: only what is said of types counts. */
export type TypedPart =
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'any'; readonly of: readonly TypedPart[] }
  | { readonly kind: Exclude<Condition['kind'], 'type' | 'any'> | 'points' };

/** More types are not looked up each in an index of its own. */
const MOST_TYPES = 8;

/**
 * The part of a conjunction that says for which types indexes are looked for in the other parts: the first one that
 * names few. Undefined where none does.
 */
export function typePartOf<Part extends TypedPart>(parts: readonly Part[]): Part | undefined {
  return parts.find((part) => {
    const types = typesOf(part);
    return types !== undefined && types.length <= MOST_TYPES;
  });
}

/** IRIs of types of which every Entity that meets the part has one; undefined when nothing is said of types. */
export function typesOf(part: TypedPart): readonly string[] | undefined {
  if (part.kind === 'type') return [part.type];
  if (part.kind !== 'any') return undefined;
  const types = part.of.map(typesOf);
  return types.includes(undefined) ? undefined : [...new Set(types.flatMap((some) => some ?? []))];
}

const rough: ReadonlySet<Condition['kind']> = new Set(['cells', 'value', 'presence', 'idStart']);

/** True when what a driver finds for the Condition is exactly what meets it. */
export function isExact(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.every(isExact);
  return !rough.has(condition.kind);
}
