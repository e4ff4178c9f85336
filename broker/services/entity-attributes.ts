import { deleteAttribute, replaceAttribute } from '../domain/change/attribute-changes.ts';
import { partialUpdateAttribute } from '../domain/change/fragment-changes.ts';
import { replaceValue } from '../domain/change/replace-value.ts';
import type { Json, Micros } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import { parseAttributeFragment, parseAttributeReplacement } from '../domain/parsing/parse-attribute.ts';
import { parseAttributeName, parseDeletionTarget } from '../domain/parsing/parse-names.ts';
import { parseValue } from '../domain/parsing/parse-value.ts';
import { changeExisting, type EntityScope, type EntityWriterParts } from './change-entity.ts';
import { type EntityTarget, parseTarget } from './entities.ts';

/** One Attribute of an Entity, by its name in the @context of the request. */
export interface AttributeTarget extends EntityTarget {
  readonly attribute: string;
}

/** Which instances go (table 6.7.3.2-1): that of a dataset, `@none` or absent for the default one, or all. */
interface AttributeDeletionParameters {
  readonly datasetId?: string | undefined;
  readonly deleteAll: boolean;
}

/** Which instance gets a value, as for a deletion, and when it was observed. */
interface ValueParameters {
  readonly datasetId?: string | undefined;
  readonly observedAt?: Micros | undefined;
}

/**
 * The operations of clause 5.6 on one Attribute, each as the clause names it. All throw BadRequestData, InvalidRequest
 * and ResourceNotFound.
 */
export interface EntityAttributeService {
  /** Clause 5.6.4. The body's datasetId tells the instance. */
  partialUpdateAttribute(target: AttributeTarget, body: Json, scope: EntityScope): Promise<void>;
  /** Clause 5.6.19. The body's datasetId tells the instance. */
  replaceAttribute(target: AttributeTarget, body: Json, scope: EntityScope): Promise<void>;
  /** Clause 5.6.5. `scope` can be deleted as well. */
  deleteAttribute(
    target: AttributeTarget,
    parameters: AttributeDeletionParameters,
    scope: EntityScope,
  ): Promise<void>;
  /** Puts a bare value into the instance of a dataset, whose other members stay (TS 104 175). */
  replaceValue(
    target: AttributeTarget,
    body: Json,
    parameters: ValueParameters,
    scope: EntityScope,
  ): Promise<void>;
}

/** The service over the store and the Subscriptions. */
export function createEntityAttributeService(parts: EntityWriterParts): EntityAttributeService {
  return {
    partialUpdateAttribute: (target, body, scope) => partialUpdate(parts, target, body, scope),
    replaceAttribute: (target, body, scope) => replace(parts, target, body, scope),
    deleteAttribute: (target, parameters, scope) => remove(parts, target, parameters, scope),
    replaceValue: (target, body, parameters, scope) => putValue(parts, target, body, parameters, scope),
  };
}

async function partialUpdate(
  parts: EntityWriterParts,
  target: AttributeTarget,
  body: Json,
  scope: EntityScope,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const attribute = parseAttributeName(target.attribute, scope.context);
  const fragment = parseAttributeFragment(attribute, body, scope.context);
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: partialUpdateAttribute(current, attribute, fragment, now),
    written: { [attribute]: [fragment] },
  }));
}

async function replace(
  parts: EntityWriterParts,
  target: AttributeTarget,
  body: Json,
  scope: EntityScope,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const attribute = parseAttributeName(target.attribute, scope.context);
  const input = parseAttributeReplacement(attribute, body, scope.context);
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: replaceAttribute(current, attribute, input, now),
    written: { [attribute]: [input] },
  }));
}

async function remove(
  parts: EntityWriterParts,
  target: AttributeTarget,
  { datasetId, deleteAll }: AttributeDeletionParameters,
  scope: EntityScope,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const attribute = parseDeletionTarget(target.attribute, scope.context);
  if (deleteAll && datasetId !== undefined) {
    throw badRequest('deleteAll=true deletes every instance: leave out datasetId, or deleteAll.');
  }
  const dataset = parseDataset(datasetId);
  const options = dataset === undefined ? { deleteAll } : { datasetId: dataset };
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: deleteAttribute(current, attribute, now, options),
  }));
}

async function putValue(
  parts: EntityWriterParts,
  target: AttributeTarget,
  body: Json,
  { datasetId, observedAt }: ValueParameters,
  scope: EntityScope,
): Promise<void> {
  const checked = parseTarget(target, scope);
  const attribute = parseAttributeName(target.attribute, scope.context);
  const valueAs = parseValue(body, scope.context);
  const dataset = parseDataset(datasetId);
  const replacement = { datasetId: dataset, observedAt, valueAs };
  return changeExisting(parts, scope, checked, (current, now) => ({
    answer: undefined,
    change: replaceValue(current, attribute, replacement, now),
    written: { [attribute]: [dataset === undefined ? {} : { datasetId: dataset }] },
  }));
}

/**
 * The URL parameter datasetId that names one instance: undefined for the default one.
 * @throws NgsiLdError BadRequestData
 */
export function parseDataset(datasetId: string | undefined): string | undefined {
  return datasetId === undefined || datasetId === '@none' ? undefined : requireUri(datasetId, 'datasetId');
}
