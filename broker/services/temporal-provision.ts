import { inSteps } from '../../runtime/in-steps.ts';
import type { Json, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import { checkFragmentId, parseEntityId } from '../domain/parsing/parse-entity.ts';
import { parseDeletionTarget } from '../domain/parsing/parse-names.ts';
import { type TemporalInput, temporalEntitySteps } from '../domain/parsing/parse-temporal-entity.ts';
import { parseTemporalInstance } from '../domain/parsing/parse-temporal-instance.ts';
import type { Steps } from '../domain/steps.ts';
import type { Store } from '../store/store.ts';
import type { HistoryInstance } from '../store/temporal-store.ts';
import { ensureTenant } from './ensure-tenant.ts';
import { parseDataset } from './entity-attributes.ts';
import type { ReadScope } from './query-entities.ts';
import { historyName, newInstance, replacing } from './temporal-instances.ts';

export interface TemporalProvisionParts {
  readonly store: Pick<Store, 'of' | 'hasTenant' | 'createTenant'>;
  readonly now: () => Micros;
  /** A new URI for an instance. */
  readonly newInstanceId: () => string;
}

/** One Attribute of a Temporal Evolution, by its name in the @context of the request. */
export interface TemporalAttribute {
  readonly id: string;
  readonly attribute: string;
}

/** One instance of it. */
export interface TemporalInstanceTarget extends TemporalAttribute {
  readonly instanceId: string;
}

/** Which instances go (table 6.21.3.1-1): those of a dataset, `@none` or absent for the default one, or all. */
export interface TemporalDeletion {
  readonly datasetId?: string | undefined;
  readonly deleteAll: boolean;
}

/**
 * The temporal operations of clause 5.6, each as the clause names it. They change the history alone: the current state
 * of Entities stays as it is, and what happens to it is added to what they leave. Those on what has to be known already
 * throw BadRequestData and ResourceNotFound.
 */
export interface TemporalProvisionService {
  /** Answers the id, and whether nothing was known of it before. @throws BadRequestData (clause 5.6.11) */
  upsertTemporalEntity(
    body: Json,
    scope: ReadScope,
  ): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** Clause 5.6.12. */
  addAttributes(id: string, body: Json, scope: ReadScope): Promise<void>;
  /** Clause 5.6.13. `scope` can be deleted as well. */
  deleteAttribute(target: TemporalAttribute, deletion: TemporalDeletion, scope: ReadScope): Promise<void>;
  /** Clause 5.6.14. */
  modifyInstance(target: TemporalInstanceTarget, body: Json, scope: ReadScope): Promise<void>;
  /** Clause 5.6.15. */
  deleteInstance(target: TemporalInstanceTarget, scope: ReadScope): Promise<void>;
  /** Clause 5.6.16. */
  deleteTemporalEntity(id: string, scope: ReadScope): Promise<void>;
}

/** The service over the store. */
export function createTemporalProvisionService(parts: TemporalProvisionParts): TemporalProvisionService {
  return {
    upsertTemporalEntity: (body, scope) => upsert(parts, body, scope),
    addAttributes: (id, body, scope) => add(parts, id, body, scope),
    deleteAttribute: (target, deletion, scope) => removeAttribute(parts, target, deletion, scope),
    modifyInstance: (target, body, scope) => modifyInstance(parts, target, body, scope),
    deleteInstance: (target, scope) => removeInstance(parts, target, scope),
    deleteTemporalEntity: async (id, { tenant }) => {
      requireUri(id, 'The Entity id');
      if (!(await parts.store.of(tenant).temporal.removeEntity(id))) throw noEntity(id);
    },
  };
}

async function upsert(
  parts: TemporalProvisionParts,
  body: Json,
  { tenant, context }: ReadScope,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const id = parseEntityId(body);
  const input = await inSteps(temporalEntitySteps(body, context));
  const { types } = input;
  if (types === undefined) throw badRequest('the Entity has no type: name its Entity Type');
  await ensureTenant(parts.store, tenant);
  const { temporal } = parts.store.of(tenant);
  const known = await temporal.getEntity(id);
  const now = parts.now();
  const scopes = input.scopes?.at(-1)?.value ?? [];
  const entity = { ...(known ?? { id, scopes, createdAt: now, modifiedAt: now }), types };
  const isNew = await temporal.append(entity, await inSteps(toInstances(parts, id, input, now)));
  return { id, isNew };
}

async function add(
  parts: TemporalProvisionParts,
  id: string,
  body: Json,
  { tenant, context }: ReadScope,
): Promise<void> {
  requireUri(id, 'The Entity id');
  checkFragmentId(id, body);
  const input = await inSteps(temporalEntitySteps(body, context));
  const { temporal } = parts.store.of(tenant);
  if ((await temporal.getEntity(id)) === undefined) throw noEntity(id);
  const instances = await inSteps(toInstances(parts, id, input, parts.now()));
  // It may have been deleted since, and is not made anew by what was meant for it.
  if (!(await temporal.extend(id, input.types ?? [], instances))) throw noEntity(id);
}

/** Instances that are made before a rest: a millisecond or two. */
const TOGETHER = 500;

function* toInstances(
  { newInstanceId }: TemporalProvisionParts,
  entityId: string,
  { attributes, scopes = [] }: TemporalInput,
  now: Micros,
): Steps<readonly HistoryInstance[]> {
  const instances: HistoryInstance[] = [];
  for (const [attribute, inputs] of Object.entries({ ...attributes, '@scope': scopes })) {
    for (const input of inputs) {
      if (instances.length % TOGETHER === TOGETHER - 1) yield;
      instances.push(newInstance({ instanceId: newInstanceId(), entityId, attribute }, input, now));
    }
  }
  return instances;
}

async function removeAttribute(
  { store }: TemporalProvisionParts,
  target: TemporalAttribute,
  { datasetId, deleteAll }: TemporalDeletion,
  { tenant, context }: ReadScope,
): Promise<void> {
  const { id, attribute } = parseTarget(target, context);
  if (deleteAll && datasetId !== undefined) {
    throw badRequest('deleteAll=true deletes every instance: leave out datasetId, or deleteAll.');
  }
  const dataset = parseDataset(datasetId);
  const which = deleteAll ? 'all' : dataset === undefined ? {} : { datasetId: dataset };
  const { temporal } = store.of(tenant);
  if (await temporal.removeAttribute(id, attribute, which)) return;
  const of = deleteAll
    ? ''
    : ` ${dataset === undefined ? 'without datasetId' : `of the dataset ${dataset}`}: deleteAll=true takes those of every dataset`;
  throw (await temporal.getEntity(id)) === undefined
    ? noEntity(id)
    : notFound(`The Temporal Evolution of ${id} has no instances of ${target.attribute}${of}.`);
}

async function modifyInstance(
  { store, now }: TemporalProvisionParts,
  target: TemporalInstanceTarget,
  body: Json,
  scope: ReadScope,
): Promise<void> {
  const { id, attribute, iri } = parseTarget(target, scope.context);
  const instanceId = requireUri(target.instanceId, 'The instanceId');
  checkFragmentId(id, body);
  const input = parseTemporalInstance({ name: target.attribute, iri }, body, scope.context);
  const at = now();
  const { temporal } = store.of(scope.tenant);
  const isReplaced = await temporal.replaceInstance(id, attribute, instanceId, (old) =>
    replacing(old, input, at),
  );
  if (!isReplaced) throw await noInstance(store, target, scope);
}

async function removeInstance(
  { store }: TemporalProvisionParts,
  target: TemporalInstanceTarget,
  scope: ReadScope,
): Promise<void> {
  const { id, attribute } = parseTarget(target, scope.context);
  const instanceId = requireUri(target.instanceId, 'The instanceId');
  if (await store.of(scope.tenant).temporal.removeInstance(id, attribute, instanceId)) return;
  throw await noInstance(store, target, scope);
}

/** The Entity and the Attribute, by its IRI and by the name that the history has for it. */
interface CheckedTarget {
  readonly id: string;
  readonly iri: string;
  readonly attribute: string;
}

function parseTarget({ id, attribute }: TemporalAttribute, context: ReadScope['context']): CheckedTarget {
  requireUri(id, 'The Entity id');
  const iri = parseDeletionTarget(attribute, context);
  return { id, iri, attribute: historyName(iri) };
}

async function noInstance(
  store: TemporalProvisionParts['store'],
  { id, attribute, instanceId }: TemporalInstanceTarget,
  { tenant }: ReadScope,
): Promise<NgsiLdError> {
  if ((await store.of(tenant).temporal.getEntity(id)) === undefined) return noEntity(id);
  return notFound(`The Temporal Evolution of ${id} has no instance ${instanceId} of ${attribute}.`);
}

function noEntity(id: string): NgsiLdError {
  return notFound(`There is no Temporal Evolution of an Entity ${id}.`);
}

function notFound(detail: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', detail);
}
