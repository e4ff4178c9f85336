import type { Attribute, Attributes, Entity, Micros } from '../entity.ts';
import { withoutExpired } from '../expiry.ts';
import { isSameSet } from '../json-equality.ts';
import type { AttributeChange, Change } from './changes.ts';
import { applyParts } from './instances.ts';

/** An Entity while a write is applied to it: the state before, the Attributes after, and what differs. */
export interface ChangeDraft {
  /** Without what has expired. */
  readonly before: Entity;
  readonly now: Micros;
  readonly changes: AttributeChange[];
  attributes: Attributes;
}

/** What becomes of the members that are no Attributes; absent is kept. */
export interface EntityMembers {
  readonly types?: readonly string[];
  readonly scopes?: readonly string[];
  /** `null` removes it. */
  readonly expiresAt?: Micros | null;
}

export function draftOf(current: Entity, now: Micros): ChangeDraft {
  const before = withoutExpired(current, now);
  return { before, now, changes: [], attributes: before.attributes };
}

/**
 * Puts `after` into the place of `before` (the instance with the same datasetId, if there is one) and lists the change.
 * Without `after` the instance goes. When both are the same object there is no change.
 */
export function putInstance(
  draft: ChangeDraft,
  attribute: string,
  before: Attribute | undefined,
  after: Attribute | undefined,
): void {
  const instance = after ?? before;
  if (instance !== undefined) changeInstances(draft, attribute, [instance], () => after);
}

/**
 * Applies each part of a fragment to the instance with its datasetId and lists the changes. What `apply` gives takes the
 * place of the instance that it is given: nothing deletes it, the same object is no change.
 */
export function changeInstances<Part extends { readonly datasetId?: string }>(
  draft: ChangeDraft,
  attribute: string,
  parts: readonly Part[],
  apply: (part: Part, before: Attribute | undefined) => Attribute | undefined,
): void {
  const { length } = draft.changes;
  const instances = applyParts(draft.attributes[attribute] ?? [], parts, (part, before) => {
    const after = apply(part, before);
    if (after !== before) draft.changes.push(attributeChange(attribute, before, after));
    return after;
  });
  if (draft.changes.length > length) draft.attributes = withInstances(draft, attribute, instances);
}

/** What happened to one instance, one of the two at least given. */
export function attributeChange(
  attribute: string,
  before: Attribute | undefined,
  after: Attribute | undefined,
): AttributeChange {
  const datasetId = (after ?? before)?.datasetId;
  const kind = before === undefined ? 'created' : after === undefined ? 'deleted' : 'updated';
  return {
    attribute,
    kind,
    ...(datasetId !== undefined && { datasetId }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

/** The Change, or undefined when the Entity is equal in every member: then nothing is written and no time moves. */
export function finish(draft: ChangeDraft, members: EntityMembers): Change | undefined {
  const { before, changes } = draft;
  const types = members.types ?? before.types;
  const scopes = members.scopes ?? before.scopes;
  const expiresAt = members.expiresAt === undefined ? before.expiresAt : (members.expiresAt ?? undefined);
  const typesChanged = !isSameSet(types, before.types);
  const scopesChanged = !isSameSet(scopes, before.scopes);
  const isEqual = changes.length === 0 && !typesChanged && !scopesChanged && expiresAt === before.expiresAt;
  if (isEqual) return undefined;
  const entity: Entity = {
    id: before.id,
    types: typesChanged ? types : before.types,
    scopes: scopesChanged ? scopes : before.scopes,
    createdAt: before.createdAt,
    modifiedAt: draft.now,
    ...(expiresAt !== undefined && { expiresAt }),
    attributes: draft.attributes,
  };
  return { kind: 'updated', entity, before, attributes: changes, typesChanged, scopesChanged };
}

/** The type list with those of a fragment added (clauses 5.6.2, 5.6.3, 5.6.17). */
export function union(names: readonly string[], added: readonly string[] | undefined): readonly string[] {
  if (added === undefined) return names;
  const all = new Set([...names, ...added]);
  return all.size === names.length ? names : [...all];
}

/** Copies the Attributes once a write, at its first change; later changes go into that copy. */
function withInstances(
  { attributes, before }: ChangeDraft,
  name: string,
  instances: readonly Attribute[],
): Attributes {
  const copy = (attributes === before.attributes ? { ...attributes } : attributes) as Record<
    string,
    readonly Attribute[]
  >;
  if (instances.length > 0) copy[name] = instances;
  else delete copy[name];
  return copy;
}
