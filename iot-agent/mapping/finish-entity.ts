import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
import type { Json } from '../measurement.ts';
import type { Device, Mapped, OutgoingEntity } from '../registry/device.ts';
import type { NormalizedAttribute, NormalizedAttributes } from './attribute.ts';
import { deviceEntityId, entityId } from './entity-ids.ts';
import { type ObservationTime, observationTimes } from './observation-times.ts';
import { attributeSchema, contextFor, modelOfMeasures, type SmartDataModel } from './smart-data-models.ts';
import { staticAttributes } from './static-attributes.ts';
import { findFault, geometryFault } from './validate.ts';

/** What was measured, as Attributes, and what else is known about the moment. */
export interface Observation extends ObservationTime {
  readonly attributes: NormalizedAttributes;
  /** GeoJSON: where the device was, if it or its network server says so; its static location comes first. */
  readonly location?: Json;
  /** Settings without which an Attribute could not be derived. */
  readonly missingSettings: readonly string[];
}

/**
 * Makes the Entity of an observation: the defaults of the model, the device's static attributes, then what was
 * measured; with its times, refDevice and location where the model has them. Validated.
 */
export function finishEntity(device: Device, observation: Observation): Mapped {
  const statics = staticAttributes(device);
  if (statics.kind === 'fault') return { kind: 'invalid', ...statics.fault };
  const model = modelOfMeasures(device.entityType);
  const attributes = new Map<string, NormalizedAttribute>([
    ...defaults(model),
    ...ownAttributes(device, model, observation),
    ...statics.attributes,
    ...observation.attributes,
  ]);
  const missing = [...missingAttributes(model, attributes), ...observation.missingSettings];
  if (missing.length > 0) return incomplete(device, missing);
  const entity = toOutgoing(device, attributes, model);
  const fault = model === undefined ? geometryFault(entity) : findFault(entity);
  if (fault !== undefined) return { kind: 'invalid', ...fault };
  const { observedAt } = observation;
  return { kind: 'entities', entities: [{ entity, context: contextFor(device.entityType), observedAt }] };
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

function incomplete(device: Device, missing: readonly string[]): Mapped {
  return {
    kind: 'incomplete',
    missing,
    reason: `${device.entityType} of device ${device.deviceId} needs ${missing.join(', ')}: add it to the device`,
  };
}

function toOutgoing(
  device: Device,
  attributes: NormalizedAttributes,
  model: SmartDataModel | undefined,
): OutgoingEntity {
  const entity: Record<string, Json> & { id: string; type: string } = {
    id: entityId(device.entityType, device.entityName),
    type: device.entityType,
  };
  for (const [name, attribute] of attributes) {
    entity[name] = withUnit(attribute, attributeSchema(model, name));
  }
  return entity;
}

/** The models say their units in prose: who writes to a model writes in its unit. */
function withUnit(attribute: NormalizedAttribute, schema: AttributeSchema | undefined): NormalizedAttribute {
  if (schema?.unitCode === undefined || attribute['unitCode'] !== undefined) return attribute;
  return { ...attribute, unitCode: schema.unitCode };
}
