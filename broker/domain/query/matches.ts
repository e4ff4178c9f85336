import type { Entity, Micros } from '../entity.ts';
import { hasExpired } from '../expiry.ts';
import { allOf, anyOf, compileAttributeQuery, type Predicate } from './match-attributes.ts';
import { compileGeoQuery } from './match-geometry.ts';
import { compilePattern } from './pattern.ts';
import type { EntityQuery, EntitySelector } from './query.ts';
import { matchesScopes } from './scope-query.ts';
import type { Evaluation } from './target-values.ts';
import { matchesTypes } from './type-selection.ts';

/**
 * Makes the one evaluator of a query: for what stores find, for subscriptions, for registrations. Compile once, judge
 * many Entities; the cheap parts are judged first.
 */
export function compileQuery({ selectors, attributes, q, geoQ, scopeQ }: EntityQuery): Predicate {
  const parts: Predicate[] = [];
  if (selectors !== undefined) parts.push(anyOf(selectors.map(compileSelector)));
  if (scopeQ !== undefined) parts.push((entity) => matchesScopes(scopeQ, entity.scopes));
  if (attributes !== undefined) parts.push((entity, { now }) => hasOneOf(entity, attributes, now));
  if (q !== undefined) parts.push(compileAttributeQuery(q));
  if (geoQ !== undefined) parts.push(compileGeoQuery(geoQ));
  return allOf(parts);
}

/** True when the Entity meets the query now. Where many Entities are judged, `compileQuery` is much cheaper. */
export function matches(query: EntityQuery, entity: Entity, evaluation: Evaluation): boolean {
  return compileQuery(query)(entity, evaluation);
}

function compileSelector({ ids, idPattern, types }: EntitySelector): Predicate {
  const parts: Predicate[] = [];
  if (ids !== undefined) {
    const wanted = new Set(ids);
    parts.push(({ id }) => wanted.has(id));
  }
  if (types !== undefined) parts.push((entity) => matchesTypes(types, entity.types));
  if (idPattern !== undefined) {
    const test = compilePattern(idPattern);
    parts.push(({ id }) => test(id));
  }
  return allOf(parts);
}

function hasOneOf({ attributes }: Entity, names: readonly string[], now: Micros): boolean {
  return names.some(
    (name) =>
      Object.hasOwn(attributes, name) && attributes[name]?.some((instance) => !hasExpired(instance, now)),
  );
}
