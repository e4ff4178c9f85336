import {
  type AppendOptions,
  appendAttributes,
  type UpdateOutcome,
  updateAttributes,
} from '../domain/change/attribute-changes.ts';
import { createEntity, deleteEntity, replaceEntity } from '../domain/change/entity-changes.ts';
import { mergeEntity } from '../domain/change/fragment-changes.ts';
import type { Json, Micros } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import { requireUri } from '../domain/names.ts';
import {
  type MergeReading,
  parseAppendFragment,
  parseEntity,
  parseMergeFragment,
  parseUpdateFragment,
} from '../domain/parsing/parse-entity.ts';
import { parseTypeSelection, type TypeSelection } from '../domain/query/type-selection.ts';
import { changeEntity, changeExisting, type EntityScope, type EntityWriterParts } from './change-entity.ts';
import { ensureTenant } from './ensure-tenant.ts';

/** The Entity that an operation addresses: its id, and the URL parameter `type` as it came. */
export interface EntityTarget {
  readonly id: string;
  readonly type?: string | undefined;
}

/** The parameters of a merge (table 6.5.3.4-1). */
export interface MergeParameters extends MergeReading {
  readonly observedAt?: Micros;
}

/**
 * The operations of clause 5.6 on one Entity, each as the clause names it. All throw BadRequestData, InvalidRequest and
 * EntityTooLarge, and those that address an Entity ResourceNotFound.
 */
export interface EntityService {
  /** Answers the id. @throws AlreadyExists (clause 5.6.1) */
  createEntity(body: Json, scope: EntityScope): Promise<string>;
  /** Clause 5.6.18. The body may leave the id out. */
  replaceEntity(target: EntityTarget, body: Json, scope: EntityScope): Promise<void>;
  /** Clause 5.6.17. */
  mergeEntity(
    target: EntityTarget,
    body: Json,
    scope: EntityScope,
    parameters: MergeParameters,
  ): Promise<void>;
  /** Clause 5.6.6. */
  deleteEntity(target: EntityTarget, scope: EntityScope): Promise<void>;
  /** Clause 5.6.3. */
  appendAttributes(
    target: EntityTarget,
    body: Json,
    scope: EntityScope,
    options: AppendOptions,
  ): Promise<UpdateOutcome>;
  /** Clause 5.6.2. */
  updateAttributes(target: EntityTarget, body: Json, scope: EntityScope): Promise<UpdateOutcome>;
}

/** The service over the store and the Subscriptions. */
export function createEntityService(parts: EntityWriterParts): EntityService {
  return {
    createEntity: (body, scope) => create(parts, body, scope),
    replaceEntity: (target, body, scope) => replace(parts, target, body, scope),
    mergeEntity: (target, body, scope, parameters) => merge(parts, target, body, scope, parameters),
    deleteEntity: (target, scope) => remove(parts, target, scope),
    appendAttributes: (target, body, scope, options) => append(parts, target, body, scope, options),
    updateAttributes: (target, body, scope) => update(parts, target, body, scope),
  };
}

/**
 * A target, checked.
 * @throws NgsiLdError BadRequestData for an id that is no URI or a type selection that is none.
 */
export function parseTarget(
  { id, type }: EntityTarget,
  { context }: Pick<EntityScope, 'context'>,
): { readonly id: string; readonly types: TypeSelection | undefined } {
  return {
    id: requireUri(id, 'The Entity id'),
    types: type === undefined ? undefined : parseTypeSelection(type, context),
  };
}

async function create(parts: EntityWriterParts, body: Json, scope: EntityScope): Promise<string> {
  const input = parseEntity(body, scope.context);
  await ensureTenant(parts.store, scope.tenant);
  return changeEntity(parts, scope, input.id, (current, now) => ({
    answer: input.id,
    change: createEntity(current, input, now),
  }));
}

async function replace(
  parts: EntityWriterParts,
  target: EntityTarget,
  body: Json,
  scope: EntityScope,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const input = parseEntity(withId(body, checked.id), scope.context);
  if (input.id !== checked.id) {
    throw badRequest(`The body is the Entity ${input.id}, the path names ${checked.id}: give the same id.`);
  }
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: replaceEntity(current, input, now),
    written: input.attributes,
  }));
}

/** The path tells the id already. */
function withId(body: Json, id: string): Json {
  if (!isObject(body)) return body;
  return body['id'] === undefined && body['@id'] === undefined ? { id, ...body } : body;
}

async function merge(
  parts: EntityWriterParts,
  target: EntityTarget,
  body: Json,
  scope: EntityScope,
  { observedAt, ...reading }: MergeParameters,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const fragment = parseMergeFragment(checked.id, body, scope.context, reading);
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: mergeEntity(current, fragment, now, observedAt === undefined ? {} : { observedAt }).change,
    written: fragment.attributes,
  }));
}

async function remove(parts: EntityWriterParts, target: EntityTarget, scope: EntityScope): Promise<void> {
  return changeExisting(parts, scope, parseTarget(target, scope), (current, now) => ({
    answer: undefined,
    change: deleteEntity(current, now),
  }));
}

async function append(
  parts: EntityWriterParts,
  target: EntityTarget,
  body: Json,
  scope: EntityScope,
  options: AppendOptions,
): Promise<UpdateOutcome> {
  const checked = parseTarget(target, scope);
  const fragment = parseAppendFragment(checked.id, body, scope.context);
  return changeExisting(parts, scope, checked, (current, now) => {
    const outcome = appendAttributes(current, fragment, now, options);
    const { change } = outcome;
    return { answer: outcome, change, ...(!options.noOverwrite && { written: fragment.attributes }) };
  });
}

async function update(
  parts: EntityWriterParts,
  target: EntityTarget,
  body: Json,
  scope: EntityScope,
): Promise<UpdateOutcome> {
  const checked = parseTarget(target, scope);
  const fragment = parseUpdateFragment(checked.id, body, scope.context);
  return changeExisting(parts, scope, checked, (current, now) => {
    const outcome = updateAttributes(current, fragment, now);
    return { answer: outcome, change: outcome.change, written: fragment.attributes };
  });
}
