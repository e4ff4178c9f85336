import type { Attribute, AttributeKind, Entity, Micros } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment, MergeFragment } from '../entity-input.ts';
import { outcome, requireInstance, type UpdateOutcome } from './attribute-changes.ts';
import type { Change } from './changes.ts';
import { changeInstances, draftOf, finish, putInstance, union } from './draft.ts';
import { completeInstance, type Patch, patchInstance } from './patch-instance.ts';
import { stamp } from './stamp.ts';

export interface MergeOptions {
  /** The common observedAt of the request (clause 5.6.17). */
  readonly observedAt?: Micros;
}

/**
 * Merge Entity (clauses 5.6.17, 5.5.12): a merge patch at every level. Deleting what is not there is no error.
 * @throws NgsiLdError BadRequestData when an Attribute would change its kind.
 */
export function mergeEntity(
  current: Entity,
  fragment: MergeFragment,
  now: Micros,
  { observedAt }: MergeOptions = {},
): UpdateOutcome {
  const draft = draftOf(current, now);
  const patch: Patch = observedAt === undefined ? { depth: 'values' } : { depth: 'values', observedAt };
  for (const name in fragment.attributes) {
    const parts = fragment.attributes[name] as readonly (AttributeFragment | AttributeDeletion)[];
    const kind = draft.attributes[name]?.[0]?.kind;
    changeInstances(draft, name, parts, (part, before) =>
      patched(before, ofKind(part, kind), patch, name, now),
    );
  }
  const { scopes, expiresAt } = fragment;
  const change = finish(draft, {
    types: union(draft.before.types, fragment.types),
    ...(scopes !== undefined && { scopes: scopes ?? [] }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
  return outcome(change, fragment.attributes, []);
}

/**
 * Partial Attribute Update (clauses 5.6.4, 5.5.8): the members that the fragment names are replaced or removed, the
 * instance itself goes by NGSI-LD Null. Undefined when nothing differs.
 * @throws NgsiLdError ResourceNotFound when there is no such instance, BadRequestData when its kind would change.
 */
export function partialUpdateAttribute(
  current: Entity,
  attribute: string,
  fragment: AttributeFragment | AttributeDeletion,
  now: Micros,
): Change | undefined {
  const draft = draftOf(current, now);
  const before = requireInstance(draft, attribute, fragment.datasetId);
  putInstance(draft, attribute, before, patched(before, fragment, { depth: 'members' }, attribute, now));
  return finish(draft, {});
}

/** In simplified representation an Attribute that exists keeps its kind, in another dataset too (clause 5.6.17.4). */
function ofKind(
  part: AttributeFragment | AttributeDeletion,
  kind: AttributeKind | undefined,
): AttributeFragment | AttributeDeletion {
  return part.deleted || part.valueAs === undefined || kind === undefined ? part : { ...part, kind };
}

function patched(
  before: Attribute | undefined,
  fragment: AttributeFragment | AttributeDeletion,
  patch: Patch,
  what: string,
  now: Micros,
): Attribute | undefined {
  if (fragment.deleted) return undefined;
  const next =
    before === undefined
      ? completeInstance(fragment, patch, what)
      : patchInstance(before, fragment, patch, what);
  return next === undefined ? undefined : stamp(next, before, now);
}
