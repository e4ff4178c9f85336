import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
import type { Json } from '../measurement.ts';
import type { Device, Mapped, MappedEntity, OutgoingEntity } from '../registry/device.ts';
import { type Fault, type NormalizedAttribute, type NormalizedAttributes, nameIn } from './attribute.ts';
import { deviceEntityId, entityId } from './entity-ids.ts';
import { type ObservationTime, observationTimes } from './observation-times.ts';
import { attributeSchema, contextFor, modelOfMeasures, type SmartDataModel } from './smart-data-models.ts';
import { staticAttributes } from './static-attributes.ts';
import { findFault, findFaultInPart, geometryFault } from './validate.ts';

/** What was measured, as Attributes, and what else is known about the moment. */
export interface Observation extends ObservationTime {
  readonly attributes: NormalizedAttributes;
  /** GeoJSON: where the device was, if it or its network server says so; its static location comes first. */
  readonly location?: Json;
  /** Settings without which an Attribute could not be derived. */
  readonly missingSettings: readonly string[];
  /** Of the Entity; by the device's settings when absent. */
  readonly id?: string;
  /** In the place of the device's static attributes. */
  readonly statics?: NormalizedAttributes;
}

/**
 * Makes the Entity of an observation: the defaults of the model, the device's static attributes, then what was
 * measured; with its times, refDevice and location where the model has them. Validated.
 */
export function finishEntity(device: Device, observation: Observation): Mapped {
  const statics = staticAttributes(device);
  if (statics.kind === 'fault') return { kind: 'invalid', ...statics.fault };
  const { entityType: type, entityName } = device;
  const model = modelOfMeasures(type);
  const attributes = new Map<string, NormalizedAttribute>([
    ...defaults(model),
    ...ownAttributes(device, model, observation),
    ...(observation.statics ?? statics.attributes),
    ...observation.attributes,
  ]);
  const missing = [...missingAttributes(model, attributes), ...observation.missingSettings];
  const { observedAt, id = entityId(type, entityName) } = observation;
  const entity = toOutgoing({ id, type }, attributes, model);
  const mapped = { entity, context: contextFor(type), observedAt };
  if (missing.length > 0) return { ...incomplete(device, missing), part: mapped };
  const fault = model === undefined ? geometryFault(entity) : findFault(entity);
  return fault === undefined ? { kind: 'entities', entities: [mapped] } : { kind: 'invalid', ...fault };
}

/**
 * Makes another Entity that the device feeds: what was measured of it, with its times and refDevice where its model has them.
 * Whoever else feeds it says the rest, so nothing is required; what is there is validated.
 */
export function finishPart(
  device: Device,
  { id, type }: Pick<OutgoingEntity, 'id' | 'type'>,
  observation: Observation,
): MappedEntity | Fault {
  const model = modelOfMeasures(type);
  const attributes = new Map<string, NormalizedAttribute>([
    ...ownAttributes(device, model, observation),
    ...observation.attributes,
  ]);
  const entity = toOutgoing({ id, type }, attributes, model);
  const fault = model === undefined ? geometryFault(entity) : findFaultInPart(entity);
  return fault ?? { entity, context: contextFor(type), observedAt: observation.observedAt };
}

function* defaults(model: SmartDataModel | undefined): Iterable<[string, NormalizedAttribute]> {
  for (const [name, value] of Object.entries(model?.defaults ?? {}))
    yield [name, { type: 'Property', value }];
}

/** What an Entity says about itself without having been measured. */
function* ownAttributes(
  device: Device,
  model: SmartDataModel | undefined,
  observation: Observation,
): Iterable<[string, NormalizedAttribute]> {
  const { location } = observation;
  yield* observationTimes(model, observation);
  if (location !== undefined) yield ['location', { type: 'GeoProperty', value: location }];
  const refDevice = attributeSchema(model, 'refDevice');
  // Only a device of the catalogue has a Device entity to point at.
  if (device.model !== undefined && (model === undefined || refDevice !== undefined)) {
    yield ['refDevice', { type: 'Relationship', object: reference(refDevice, device) }];
  }
}

function reference(schema: AttributeSchema | undefined, device: Device): Json {
  const id = deviceEntityId(device.deviceId);
  return schema?.['type'] === 'array' ? [id] : id;
}

function missingAttributes(
  model: SmartDataModel | undefined,
  attributes: NormalizedAttributes,
): readonly string[] {
  const required = model?.schema.required ?? [];
  return required.filter((name) => name !== 'id' && name !== 'type' && !attributes.has(name));
}

function incomplete(device: Device, missing: readonly string[]): Extract<Mapped, { kind: 'incomplete' }> {
  return {
    kind: 'incomplete',
    missing,
    reason: `${device.entityType} of device ${device.deviceId} needs ${missing.join(', ')}: add it to the device`,
  };
}

function toOutgoing(
  { id, type }: Pick<OutgoingEntity, 'id' | 'type'>,
  attributes: NormalizedAttributes,
  model: SmartDataModel | undefined,
): OutgoingEntity {
  const entity: Record<string, Json> & { id: string; type: string } = { id, type };
  for (const [key, attribute] of attributes) {
    const name = nameIn(key);
    const instance = withUnit(attribute, attributeSchema(model, name));
    const before = Object.hasOwn(entity, name) ? entity[name] : undefined;
    entity[name] = before === undefined ? instance : [before, instance].flat();
  }
  return entity;
}

/** The models say their units in prose: who writes to a model writes in its unit. */
function withUnit(attribute: NormalizedAttribute, schema: AttributeSchema | undefined): NormalizedAttribute {
  if (schema?.unitCode === undefined || attribute['unitCode'] !== undefined) return attribute;
  return { ...attribute, unitCode: schema.unitCode };
}
