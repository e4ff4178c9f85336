import type { Attribute, Attributes, Entity, Micros } from '../entity.ts';
import type { AttributeInput, EntityInput } from '../entity-input.ts';
import { NgsiLdError } from '../errors.ts';
import { withoutExpired } from '../expiry.ts';
import { appendAttributes } from './attribute-changes.ts';
import type { AttributeChange, Change } from './changes.ts';
import { attributeChange, draftOf, finish } from './draft.ts';
import { finderOf } from './instances.ts';
import { stamp } from './stamp.ts';

/** What a batch upsert does to Entities that exist (clause 5.6.8). */
export type UpsertMode = 'replace' | 'update';

/**
 * Create Entity (clause 5.6.1).
 * @throws NgsiLdError AlreadyExists.
 */
export function createEntity(current: Entity | undefined, input: EntityInput, now: Micros): Change {
  if (current !== undefined) {
    throw new NgsiLdError(
      'AlreadyExists',
      `an Entity with id ${input.id} exists already: update it, or use another id`,
    );
  }
  return created(input, now);
}

/** The Change that makes an Entity which is not there. */
function created(input: EntityInput, now: Micros): Change {
  const changes: AttributeChange[] = [];
  const entity: Entity = {
    id: input.id,
    types: input.types,
    scopes: input.scopes ?? [],
    createdAt: now,
    modifiedAt: now,
    ...(input.expiresAt !== undefined && { expiresAt: input.expiresAt }),
    attributes: stampAgainst({}, input, now, changes),
  };
  return {
    kind: 'created',
    entity,
    attributes: changes,
    typesChanged: true,
    scopesChanged: entity.scopes.length > 0,
  };
}

/**
 * Replace Entity (clause 5.6.18): everything but createdAt becomes what the input says, and what it does not say goes.
 * Undefined when nothing differs.
 */
export function replaceEntity(current: Entity, input: EntityInput, now: Micros): Change | undefined {
  const draft = draftOf(current, now);
  draft.attributes = stampAgainst(draft.before.attributes, input, now, draft.changes);
  return finish(draft, {
    types: input.types,
    scopes: input.scopes ?? [],
    expiresAt: input.expiresAt ?? null,
  });
}

/** One Entity of a batch upsert (clause 5.6.8): created, or replaced or updated; without Change when nothing differs. */
export function upsertEntity(
  current: Entity | undefined,
  input: EntityInput,
  now: Micros,
  mode: UpsertMode,
): Change | undefined {
  if (current === undefined) return created(input, now);
  return mode === 'replace'
    ? replaceEntity(current, input, now)
    : appendAttributes(current, input, now).change;
}

/** Delete Entity (clause 5.6.6). Types and scopes count as unchanged. */
export function deleteEntity(current: Entity, now: Micros): Change {
  const before = withoutExpired(current, now);
  const attributes = Object.entries(before.attributes).flatMap(([name, instances]) =>
    instances.map((instance) => attributeChange(name, instance, undefined)),
  );
  return { kind: 'deleted', before, attributes, typesChanged: false, scopesChanged: false };
}

/**
 * The end of an Entity whose expiresAt has come (clause 4.22), and when that was. It ends the storage of the Entity, which is
 * no deletion of Attributes.
 */
export function endExpired(current: Entity): { readonly change: Change; readonly at: Micros } {
  const at = Math.max(current.expiresAt ?? 0, current.modifiedAt + 1);
  return { change: { ...deleteEntity(current, at), attributes: [] }, at };
}

/** The Attributes of the input with their times, in its order; lists in `changes` what differs from `before`. */
function stampAgainst(
  before: Attributes,
  input: EntityInput,
  now: Micros,
  changes: AttributeChange[],
): Attributes {
  const attributes: Record<string, readonly Attribute[]> = {};
  for (const name in input.attributes) {
    const inputs = input.attributes[name] as readonly AttributeInput[];
    const find = finderOf(before[name]);
    attributes[name] = inputs.map((instance) => {
      const old = find(instance.datasetId);
      const after = stamp(instance, old, now);
      if (after !== old) changes.push(attributeChange(name, old, after));
      return after;
    });
  }
  for (const name in before) {
    const find = finderOf(attributes[name]);
    for (const old of before[name] as readonly Attribute[]) {
      if (find(old.datasetId) !== undefined) continue;
      changes.push(attributeChange(name, old, undefined));
    }
  }
  return attributes;
}
