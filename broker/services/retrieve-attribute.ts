import { ATTRIBUTE_KINDS } from '../domain/attribute-kinds.ts';
import { instanceOf } from '../domain/change/instances.ts';
import type { Attribute, Entity, Json, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { withoutExpired } from '../domain/expiry.ts';
import { parseAttributeName } from '../domain/parsing/parse-names.ts';
import { requireEntity } from './change-entity.ts';
import { parseTarget } from './entities.ts';
import { type AttributeTarget, parseDataset } from './entity-attributes.ts';
import { type EntityView, showEntity } from './entity-view.ts';
import type { EntityQueryServiceParts, ReadScope } from './query-entities.ts';

/** One Attribute of an Entity, and its bare value (TS 104 175). Both throw BadRequestData and ResourceNotFound. */
export interface AttributeReadingService {
  /** As it stands in the Entity: an object, an array of instances, or in simplified representation a value. */
  retrieveAttribute(target: AttributeTarget, view: EntityView, scope: ReadScope): Promise<Json>;
  /** What holds the value in its kind, of the instance with this datasetId or of the default one. */
  retrieveValue(target: AttributeTarget, datasetId: string | undefined, scope: ReadScope): Promise<Json>;
}

/** The service over the store. */
export function createAttributeReadingService(parts: EntityQueryServiceParts): AttributeReadingService {
  return {
    retrieveAttribute: async (target, view, scope) => {
      const { entity, attribute, now } = await find(parts, target, scope);
      const projection = { pick: new Set([attribute]) };
      const shown = showEntity(entity, scope.context, { ...view, projection }, now);
      const [instances] = Object.values(shown ?? {});
      if (instances === undefined) throw notThere(entity, attribute, 'no instance that was asked for');
      return instances;
    },
    retrieveValue: async (target, datasetId, scope) => {
      const dataset = parseDataset(datasetId);
      const { entity, attribute } = await find(parts, target, scope);
      const instance = instanceOf(entity.attributes[attribute], dataset);
      if (instance === undefined) {
        const which = dataset === undefined ? 'without datasetId' : `with datasetId ${dataset}`;
        throw notThere(entity, attribute, `no instance ${which}`);
      }
      return showValue(instance, scope);
    },
  };
}

interface Found {
  readonly entity: Entity;
  readonly attribute: string;
  readonly now: Micros;
}

async function find(
  { store, now }: EntityQueryServiceParts,
  target: AttributeTarget,
  { tenant, context }: ReadScope,
): Promise<Found> {
  const { id, types } = parseTarget(target, { context });
  const attribute = parseAttributeName(target.attribute, context);
  const at = now();
  const entity = withoutExpired(requireEntity(await store.of(tenant).get(id), id, types), at);
  return { entity, attribute, now: at };
}

function showValue({ kind, value }: Attribute, { context }: ReadScope): Json {
  return ATTRIBUTE_KINDS[kind].writeConcise(value, context);
}

function notThere({ id }: Entity, attribute: string, what: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `The Entity ${id} has of the Attribute ${attribute} ${what}.`);
}
