import { ATTRIBUTE_KINDS } from '../domain/attribute-kinds.ts';
import { stamp } from '../domain/change/stamp.ts';
import type { Attribute, Json, JsonObject, Micros } from '../domain/entity.ts';
import type { AttributeInput } from '../domain/entity-input.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import { parseEntityId } from '../domain/parsing/parse-entity.ts';
import { parseTemporalEntity, type TemporalInput } from '../domain/parsing/parse-temporal-entity.ts';
import type { TemporalQuery } from '../domain/query/temporal-query.ts';
import type { Projection } from '../domain/representation/projection.ts';
import { representTemporal, type TemporalOptions } from '../domain/representation/temporal.ts';
import { type TemporalRange, temporalRange } from '../domain/representation/temporal-range.ts';
import type { HistoryInstance, HistoryQuery, Store } from '../store/store.ts';
import { ensureTenant } from './ensure-tenant.ts';
import type { ReadScope } from './query-entities.ts';

export interface TemporalEntityServiceParts {
  readonly store: Pick<Store, 'of' | 'hasTenant' | 'createTenant'>;
  readonly now: () => Micros;
  /** A new URI for an instance. */
  readonly newInstanceId: () => string;
  /** The most instances of Attributes in one answer. */
  readonly pageSize: number;
}

/** What of an evolution is asked for, and how it is shown. */
export interface TemporalView extends Omit<TemporalOptions, 'timeproperty'> {
  readonly query: TemporalQuery;
  readonly lastN?: number;
  /** `@none` for the default instance. */
  readonly datasetIds?: ReadonlySet<string>;
}

/** A Temporal Evolution as it is shown: all that was asked for, or the part of it in a time range (clause 6.3.10). */
export interface ShownEvolution {
  readonly body: JsonObject;
  readonly range?: TemporalRange;
}

/** The temporal operations of clauses 5.6 and 5.7. The current state of Entities stays as it is. */
export interface TemporalEntityService {
  /** Answers the id, and whether nothing was known of it before. @throws BadRequestData (clause 5.6.11) */
  upsertTemporalEntity(
    body: Json,
    scope: ReadScope,
  ): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** @throws BadRequestData, ResourceNotFound (clause 5.6.12) */
  addAttributes(id: string, body: Json, scope: ReadScope): Promise<void>;
  /** @throws BadRequestData, ResourceNotFound, also when there is nothing of that time (clause 5.7.3) */
  retrieveTemporalEntity(id: string, view: TemporalView, scope: ReadScope): Promise<ShownEvolution>;
}

/** The service over the store. */
export function createTemporalEntityService(parts: TemporalEntityServiceParts): TemporalEntityService {
  return {
    upsertTemporalEntity: (body, scope) => upsert(parts, body, scope),
    addAttributes: (id, body, scope) => add(parts, id, body, scope),
    retrieveTemporalEntity: (id, view, scope) => retrieve(parts, id, view, scope),
  };
}

async function upsert(
  parts: TemporalEntityServiceParts,
  body: Json,
  { tenant, context }: ReadScope,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const id = parseEntityId(body);
  const input = parseTemporalEntity(body, context);
  const { types } = input;
  if (types === undefined) throw badRequest('the Entity has no type: name its Entity Type');
  await ensureTenant(parts.store, tenant);
  const { temporal } = parts.store.of(tenant);
  const known = await temporal.getEntity(id);
  const now = parts.now();
  const scopes = input.scopes?.at(-1)?.value ?? [];
  const entity = { ...(known ?? { id, scopes, createdAt: now, modifiedAt: now }), types };
  await temporal.append(entity, toInstances(parts, id, input, now));
  return { id, isNew: known === undefined };
}

async function add(
  parts: TemporalEntityServiceParts,
  id: string,
  body: Json,
  { tenant, context }: ReadScope,
): Promise<void> {
  requireUri(id, 'The Entity id');
  const input = parseTemporalEntity(body, context);
  const { temporal } = parts.store.of(tenant);
  const known = await temporal.getEntity(id);
  if (known === undefined) throw notFound(id);
  const { types = known.types } = input;
  await temporal.append({ ...known, types }, toInstances(parts, id, input, parts.now()));
}

async function retrieve(
  { store, pageSize }: TemporalEntityServiceParts,
  id: string,
  view: TemporalView,
  { tenant, context }: ReadScope,
): Promise<ShownEvolution> {
  requireUri(id, 'The Entity id');
  const { temporal } = store.of(tenant);
  const known = await temporal.getEntity(id);
  if (known === undefined) throw notFound(id);
  const page = await temporal.instances(id, historyQuery(view, pageSize));
  const { timeproperty } = view.query;
  const body = representTemporal({ ...known, ...page }, context, { ...view, timeproperty });
  if (body !== undefined) {
    const isPart = !page.isWhole && showsAttributes(view.projection);
    return isPart
      ? { body, range: temporalRange(page.instances.values(), view.query, view.lastN) }
      : { body };
  }
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Temporal Evolution of ${id} has no ${timeproperty} in this interval, or none of the Attributes asked for.`,
  );
}

/** What the store can leave out already: changes of type, too, which are no Attribute. */
function historyQuery(
  { query, lastN, datasetIds, projection }: TemporalView,
  pageSize: number,
): HistoryQuery {
  const wanted = wantedAttributes(projection);
  const omitted = historyNames(projection?.omit);
  return {
    ...query,
    limit: pageSize,
    except: ['@type', ...omitted],
    ...(lastN !== undefined && { lastN }),
    ...(wanted.length > 0 && { attributes: wanted }),
    ...(datasetIds !== undefined && {
      datasetIds: [...datasetIds].map((id) => (id === '@none' ? undefined : id)),
    }),
  };
}

/** Only what is picked by name; empty when that is none. */
function wantedAttributes({ attrs, pick }: Projection = {}): readonly string[] {
  return historyNames(attrs ?? pick);
}

/** False where only members are picked that are no Attributes. */
function showsAttributes(projection: Projection | undefined): boolean {
  return projection?.pick === undefined || wantedAttributes(projection).length > 0;
}

/** Those of the names under which the history keeps something. */
function historyNames(names: ReadonlySet<string> = new Set()): readonly string[] {
  return [...names]
    .map((name) => (name === 'scope' ? '@scope' : name))
    .filter((name) => name.includes(':') || name === '@scope');
}

function toInstances(
  { newInstanceId }: TemporalEntityServiceParts,
  entityId: string,
  { attributes, scopes = [] }: TemporalInput,
  now: Micros,
): readonly HistoryInstance[] {
  const toInstance = (attribute: string, input: AttributeInput): HistoryInstance =>
    toRow({ instanceId: newInstanceId(), entityId, attribute }, stamp(input, undefined, now));
  const rows = Object.entries(attributes).flatMap(([attribute, inputs]) =>
    inputs.map((input) => toInstance(attribute, input)),
  );
  return [...rows, ...scopes.map((input) => toInstance('@scope', input))];
}

function toRow(
  identity: Pick<HistoryInstance, 'instanceId' | 'entityId' | 'attribute'>,
  instance: Attribute,
): HistoryInstance {
  const { kind, datasetId, observedAt, createdAt, modifiedAt } = instance;
  return {
    ...identity,
    kind,
    ...(datasetId !== undefined && { datasetId }),
    ...(observedAt !== undefined && { observedAt }),
    createdAt,
    modifiedAt,
    ...(recordsDeletion(identity.attribute, instance) && { deletedAt: modifiedAt }),
    attributeInstance: instance,
  };
}

/** NGSI-LD Null in the place of the value (clause 4.5.7), or no Scope any more. */
function recordsDeletion(attribute: string, { kind, value }: Attribute): boolean {
  return attribute === '@scope'
    ? Array.isArray(value) && value.length === 0
    : ATTRIBUTE_KINDS[kind].isDeletion(value);
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no Temporal Evolution of an Entity ${id}.`);
}
