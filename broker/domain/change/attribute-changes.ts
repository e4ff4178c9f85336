import type { Attribute, Entity, Micros } from '../entity.ts';
import type { AppendFragment, AttributeDeletion, AttributeInput, UpdateFragment } from '../entity-input.ts';
import { NgsiLdError } from '../errors.ts';
import { EXPIRES_AT, SCOPE } from '../parsing/parse-names.ts';
import type { Change } from './changes.ts';
import { type ChangeDraft, changeInstances, draftOf, finish, putInstance, union } from './draft.ts';
import { instanceOf } from './instances.ts';
import { stamp } from './stamp.ts';

/** What an operation on several Attributes did (UpdateResult, clause 5.2.18). Attributes are named by IRI. */
export interface UpdateOutcome {
  /** Absent when the Entity stays equal in every member. */
  readonly change?: Change;
  /** Attributes that are now as the fragment says, be it that they were so before. */
  readonly updated: readonly string[];
  readonly notUpdated: readonly NotUpdated[];
}

export interface NotUpdated {
  readonly attribute: string;
  readonly reason: string;
}

export interface AppendOptions {
  /** Instances that exist are left as they are, scopes are added to those there (clause 5.6.3). */
  readonly noOverwrite?: boolean;
}

/** Which instances of an Attribute go (clause 5.6.5): all, that of a dataset, or else the default one. */
export interface DeletionOptions {
  readonly datasetId?: string;
  readonly deleteAll?: boolean;
}

/** Append Attributes (clause 5.6.3): instances that exist are replaced whole, unless `noOverwrite`. */
export function appendAttributes(
  current: Entity,
  fragment: AppendFragment,
  now: Micros,
  { noOverwrite = false }: AppendOptions = {},
): UpdateOutcome {
  const draft = draftOf(current, now);
  const notUpdated: NotUpdated[] = [];
  for (const name in fragment.attributes) {
    changeInstances(draft, name, fragment.attributes[name] as readonly AttributeInput[], (input, before) => {
      if (!noOverwrite || before === undefined) return stamp(input, before, now);
      notUpdated.push({ attribute: name, reason: existsAlready(before) });
      return before;
    });
  }
  const { scopes, expiresAt } = fragment;
  const expiryStays = noOverwrite && expiresAt !== undefined && draft.before.expiresAt !== undefined;
  if (expiryStays)
    notUpdated.push({ attribute: EXPIRES_AT, reason: 'it exists already and must not be overwritten' });
  const change = finish(draft, {
    types: union(draft.before.types, fragment.types),
    ...(scopes !== undefined && { scopes: noOverwrite ? union(draft.before.scopes, scopes) : scopes }),
    ...(expiresAt !== undefined && !expiryStays && { expiresAt }),
  });
  return outcome(change, fragment.attributes, notUpdated);
}

/**
 * Update Attributes (clause 5.6.2): instances that exist are replaced whole or deleted, others appended. Scopes replace
 * those that the Entity has; when it has none they are ignored, as the clause says, and the outcome tells.
 */
export function updateAttributes(current: Entity, fragment: UpdateFragment, now: Micros): UpdateOutcome {
  const draft = draftOf(current, now);
  const notUpdated: NotUpdated[] = [];
  for (const name in fragment.attributes) {
    const inputs = fragment.attributes[name] as readonly (AttributeInput | AttributeDeletion)[];
    changeInstances(draft, name, inputs, (input, before) => {
      if (!isDeletion(input)) return stamp(input, before, now);
      if (before === undefined) {
        notUpdated.push({ attribute: name, reason: `${instanceName(input.datasetId)} does not exist` });
      }
      return undefined;
    });
  }
  const hasScopes = draft.before.scopes.length > 0;
  if (!hasScopes && fragment.scopes !== undefined)
    notUpdated.push({ attribute: SCOPE, reason: 'the Entity has no scope to update: append it' });
  const change = finish(draft, {
    types: union(draft.before.types, fragment.types),
    ...(hasScopes && fragment.scopes !== undefined && { scopes: fragment.scopes ?? [] }),
    ...(fragment.expiresAt !== undefined && { expiresAt: fragment.expiresAt }),
  });
  return outcome(change, fragment.attributes, notUpdated);
}

/**
 * Replace Attribute (clause 5.6.19): the instance with the same datasetId is replaced whole, its createdAt kept.
 * Undefined when nothing differs.
 * @throws NgsiLdError ResourceNotFound when there is no such instance.
 */
export function replaceAttribute(
  current: Entity,
  attribute: string,
  input: AttributeInput,
  now: Micros,
): Change | undefined {
  const draft = draftOf(current, now);
  const before = requireInstance(draft, attribute, input.datasetId);
  putInstance(draft, attribute, before, stamp(input, before, now));
  return finish(draft, {});
}

/**
 * Delete Attribute (clause 5.6.5), or the scopes of the Entity when `attribute` is `SCOPE`.
 * @throws NgsiLdError ResourceNotFound when there is nothing to delete.
 */
export function deleteAttribute(
  current: Entity,
  attribute: string,
  now: Micros,
  { datasetId, deleteAll = false }: DeletionOptions = {},
): Change | undefined {
  const draft = draftOf(current, now);
  if (attribute === SCOPE) return deleteScopes(draft);
  const instances = draft.attributes[attribute];
  if (deleteAll && instances !== undefined) {
    changeInstances(draft, attribute, instances, () => undefined);
  } else {
    putInstance(draft, attribute, requireInstance(draft, attribute, datasetId), undefined);
  }
  return finish(draft, {});
}

/**
 * The instance that an operation on one Attribute addresses.
 * @throws NgsiLdError ResourceNotFound.
 */
export function requireInstance(
  draft: ChangeDraft,
  attribute: string,
  datasetId: string | undefined,
): Attribute {
  const instance = instanceOf(draft.attributes[attribute], datasetId);
  if (instance !== undefined) return instance;
  throw new NgsiLdError(
    'ResourceNotFound',
    `the Entity ${draft.before.id} has no Attribute ${attribute}: ${instanceName(datasetId)} does not exist`,
  );
}

/** The outcome of a fragment: what is not in `notUpdated` was updated. */
export function outcome(
  change: Change | undefined,
  attributes: { readonly [name: string]: unknown },
  notUpdated: readonly NotUpdated[],
): UpdateOutcome {
  const left = new Set(notUpdated.map(({ attribute }) => attribute));
  const updated = Object.keys(attributes).filter((name) => !left.has(name));
  return change === undefined ? { updated, notUpdated } : { change, updated, notUpdated };
}

function isDeletion(input: AttributeInput | AttributeDeletion): input is AttributeDeletion {
  return 'deleted' in input;
}

function deleteScopes(draft: ChangeDraft): Change | undefined {
  if (draft.before.scopes.length > 0) return finish(draft, { scopes: [] });
  throw new NgsiLdError('ResourceNotFound', `the Entity ${draft.before.id} has no scope`);
}

function existsAlready({ datasetId }: Attribute): string {
  return `${instanceName(datasetId)} exists already and must not be overwritten`;
}

function instanceName(datasetId: string | undefined): string {
  return datasetId === undefined ? 'the default instance' : `the instance with datasetId ${datasetId}`;
}
