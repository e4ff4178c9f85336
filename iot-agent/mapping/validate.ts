import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closeNames } from '../devices/close-names.ts';
import type { Json } from '../measurement.ts';
import type { OutgoingEntity } from '../registry/device.ts';
import { type Fault, VALUE_MEMBER } from './attribute.ts';
import { attributeSchema, SMART_DATA_MODELS, type SmartDataModel } from './smart-data-models.ts';

/** A rule of a schema in plain words, by JSON Schema keyword. */
const RULES: { readonly [keyword: string]: (error: ErrorObject) => string } = {
  required: () => 'is required',
  unevaluatedProperties: () => 'is no Attribute of this type',
  minimum: ({ params }) => `must be at least ${params['limit']}`,
  // Devices send percent where the models count shares of one: by far the most frequent fault.
  maximum: ({ params: { limit } }) =>
    `must be at most ${limit}${limit === 1 ? ': it counts from 0 to 1, not in percent' : ''}`,
  exclusiveMinimum: ({ params }) => `must be above ${params['limit']}`,
  enum: ({ params }) => `must be one of ${params['allowedValues'].join(', ')}`,
  const: ({ params }) => `must be ${params['allowedValue']}`,
  type: ({ params }) => `must be of the type ${params['type']}`,
  format: ({ params }) => `must be a ${params['format']}`,
};

/** A part of an Entity lacks what its type requires; what it has must be right all the same. */
type Extent = 'whole' | 'part';

/** Compiled when the first Entity of a type comes: start-up does not wait for it. */
const validators = { whole: new Map<string, ValidateFunction>(), part: new Map<string, ValidateFunction>() };
let ajv: Ajv2020 | undefined;

function validatorOf(type: string, { schema }: SmartDataModel, extent: Extent): ValidateFunction {
  const compiled = validators[extent].get(type);
  if (compiled !== undefined) return compiled;
  ajv ??= createAjv();
  const validator = ajv.compile(extent === 'whole' ? schema : { ...schema, required: ['id', 'type'] });
  validators[extent].set(type, validator);
  return validator;
}

function createAjv(): Ajv2020 {
  const created = new Ajv2020({ strict: true, allowUnionTypes: true });
  created.addVocabulary(['ngsiLdKind', 'unitCode']);
  addFormats.default(created);
  return created;
}

/**
 * Checks a normalized Entity against the model of its type: kinds and units, then its key-values form against the
 * schema. Entities of other types pass.
 * @returns the first fault, in plain words, with the Attribute that has it.
 */
export function findFault(entity: OutgoingEntity): Fault | undefined {
  return faultOf(entity, 'whole');
}

/** As `findFault`, for some Attributes of an Entity. */
export function findFaultInPart(entity: OutgoingEntity): Fault | undefined {
  return faultOf(entity, 'part');
}

function faultOf(entity: OutgoingEntity, extent: Extent): Fault | undefined {
  const model = SMART_DATA_MODELS.get(entity.type);
  if (model === undefined) return undefined;
  const fault = kindsFault(entity, model) ?? keyValuesFault(entity, model, extent);
  if (fault === undefined) return undefined;
  const { [fault.attribute]: value } = entity;
  return value === undefined ? fault : { ...fault, value };
}

function kindsFault(entity: OutgoingEntity, model: SmartDataModel): Fault | undefined {
  for (const [attribute, content] of Object.entries(entity)) {
    if (attribute === 'id' || attribute === 'type') continue;
    for (const instance of instancesOf(content)) {
      const rule = kindFault(attribute, instance, model);
      if (rule !== undefined) return { attribute, rule };
    }
  }
  return undefined;
}

/** An Attribute has one instance, or a list of them with datasetIds (clause 4.5.5). */
function instancesOf(content: Json): readonly Json[] {
  return Array.isArray(content) ? content : [content];
}

/** The first instances are checked together, each further one as a part. */
function keyValuesFault(entity: OutgoingEntity, model: SmartDataModel, extent: Extent): Fault | undefined {
  const { id, type } = entity;
  const firsts: Record<string, Json> = { id, type };
  const parts: Record<string, Json>[] = [];
  for (const [name, content] of Object.entries(entity)) {
    if (name === 'id' || name === 'type') continue;
    const instances = instancesOf(content);
    firsts[name] = keyValueOf(instances[0] ?? null);
    for (const instance of instances.slice(1)) parts.push({ id, type, [name]: keyValueOf(instance) });
  }
  const fault = schemaFault(firsts, model, extent);
  if (fault !== undefined || parts.length === 0) return fault;
  return parts.map((part) => schemaFault(part, model, 'part')).find((found) => found !== undefined);
}

function schemaFault(
  keyValues: Readonly<Record<string, Json>>,
  model: SmartDataModel,
  extent: Extent,
): Fault | undefined {
  const validate = validatorOf(model.schema.title, model, extent);
  return validate(keyValues) ? undefined : toFault(validate.errors ?? []);
}

/** Attributes that the core @context has for geometries. */
const GEOMETRIES = ['location', 'observationSpace', 'operationSpace'];

/** The first Attribute of an Entity of any type that has to be a geometry and is none (clause 4.7). */
export function geometryFault(entity: OutgoingEntity): Fault | undefined {
  const wrong = GEOMETRIES.find(
    (name) => Object.hasOwn(entity, name) && !instancesOf(entity[name] ?? null).every(isGeoProperty),
  );
  return wrong === undefined ? undefined : { attribute: wrong, rule: 'must be a GeoProperty: send GeoJSON' };
}

function isGeoProperty(attribute: Json): boolean {
  return (attribute as { readonly [member: string]: Json })['type'] === 'GeoProperty';
}

/** The rule that the kind or the unit of an instance breaks. */
function kindFault(name: string, attribute: Json, model: SmartDataModel): string | undefined {
  const schema = attributeSchema(model, name);
  if (schema === undefined) return unknownAttribute(name, model);
  const { type, unitCode } = attribute as { readonly [member: string]: Json };
  if (type !== schema.ngsiLdKind) return `must be a ${schema.ngsiLdKind}`;
  if (unitCode === undefined || schema.unitCode === undefined || unitCode === schema.unitCode)
    return undefined;
  return `must be in the unit ${schema.unitCode}`;
}

function unknownAttribute(name: string, { schema }: SmartDataModel): string {
  const close = closeNames(name, Object.keys(schema.properties));
  const hint = close.length === 0 ? '' : `: did you mean ${close.join(' or ')}?`;
  return `is no Attribute of ${schema.title}${hint}`;
}

/** The key-values form of an Attribute; JSON-LD typed values are their `@value`. */
function keyValueOf(attribute: Json): Json {
  const members = attribute as { readonly [member: string]: Json };
  const value = members[VALUE_MEMBER[String(members['type'])] ?? 'value'] ?? null;
  const isTyped = typeof value === 'object' && value !== null && Object.hasOwn(value, '@value');
  return isTyped ? ((value as { readonly [name: string]: Json })['@value'] ?? null) : value;
}

function toFault(errors: readonly ErrorObject[]): Fault {
  // Of alternatives, each has its own complaint: only that of the whole makes sense.
  const error = errors.find(({ keyword }) => keyword === 'anyOf') ?? errors[0];
  if (error === undefined) return { attribute: 'entity', rule: 'does not fit the schema of its type' };
  const attribute =
    error.instancePath.split('/')[1] ??
    error.params['missingProperty'] ??
    error.params['unevaluatedProperty'] ??
    'entity';
  return { attribute, rule: RULES[error.keyword]?.(error) ?? error.message ?? 'does not fit the schema' };
}
