import type { Change } from '../domain/change/changes.ts';
import { deleteEntity } from '../domain/change/entity-changes.ts';
import { keepAttributes } from '../domain/change/keep-attributes.ts';
import type { Entity, Micros } from '../domain/entity.ts';
import { compileQuery } from '../domain/query/matches.ts';
import { narrow } from '../domain/query/narrow.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { changeEntity, type EntityWriterParts, type WriteScope } from './change-entity.ts';

/** What goes of the Entities that match: they themselves, or Attributes of theirs by IRI. */
export type Purge =
  | { readonly kind: 'entities' }
  | { readonly kind: 'drop' | 'keep'; readonly attributes: ReadonlySet<string> };

/**
 * Purge Entities (clause 5.6.21). Each Entity is judged again when it is changed, so that what no longer matches by
 * then stays. When the store fails half way, what was purged before remains so, and the request can be repeated.
 */
export type PurgeEntities = (query: EntityQuery, purge: Purge, scope: WriteScope) => Promise<void>;

/** The operation over the store and the Subscriptions. */
export function createPurge(parts: EntityWriterParts): PurgeEntities {
  return async (query, purge, scope) => {
    const matches = compileQuery(query);
    const decide = (current: Entity | undefined, now: Micros) => ({
      answer: undefined,
      change: current !== undefined && matches(current, { now }) ? purged(current, purge, now) : undefined,
    });
    for await (const entities of parts.store.of(scope.tenant).find(narrow(query).condition)) {
      await Promise.all(entities.map(({ id }) => changeEntity(parts, scope, id, decide)));
    }
  };
}

function purged(current: Entity, purge: Purge, now: Micros): Change | undefined {
  switch (purge.kind) {
    case 'entities':
      return deleteEntity(current, now);
    case 'drop':
      return keepAttributes(current, (attribute) => !purge.attributes.has(attribute), now);
    case 'keep':
      return keepAttributes(current, (attribute) => purge.attributes.has(attribute), now);
  }
}
