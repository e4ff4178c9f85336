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
  maximum: ({ params }) => `must be at most ${params['limit']}`,
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
 * @returns the first fault, in plain words.
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
  const keyValues: Record<string, Json> = { id: entity.id, type: entity.type };
  for (const [name, attribute] of Object.entries(entity)) {
    if (name === 'id' || name === 'type') continue;
    const fault = kindFault(name, attribute, model);
    if (fault !== undefined) return fault;
    keyValues[name] = keyValueOf(attribute);
  }
  const validate = validatorOf(entity.type, model, extent);
  return validate(keyValues) ? undefined : toFault(validate.errors ?? []);
}

/** Attributes that the core @context has for geometries. */
const GEOMETRIES = ['location', 'observationSpace', 'operationSpace'];

/** The first Attribute of an Entity of any type that has to be a geometry and is none (clause 4.7). */
export function geometryFault(entity: OutgoingEntity): Fault | undefined {
  const wrong = GEOMETRIES.find(
    (name) => Object.hasOwn(entity, name) && !isGeoProperty(entity[name] ?? null),
  );
  return wrong === undefined ? undefined : { attribute: wrong, rule: 'must be a GeoProperty: send GeoJSON' };
}

function isGeoProperty(attribute: Json): boolean {
  return (attribute as { readonly [member: string]: Json })['type'] === 'GeoProperty';
}

function kindFault(name: string, attribute: Json, model: SmartDataModel): Fault | undefined {
  const schema = attributeSchema(model, name);
  if (schema === undefined) return unknownAttribute(name, model);
  const { type, unitCode } = attribute as { readonly [member: string]: Json };
  if (type !== schema.ngsiLdKind) return { attribute: name, rule: `must be a ${schema.ngsiLdKind}` };
  if (unitCode === undefined || schema.unitCode === undefined || unitCode === schema.unitCode)
    return undefined;
  return { attribute: name, rule: `must be in the unit ${schema.unitCode}` };
}

function unknownAttribute(name: string, { schema }: SmartDataModel): Fault {
  const close = closeNames(name, Object.keys(schema.properties));
  const hint = close.length === 0 ? '' : `: did you mean ${close.join(' or ')}?`;
  return { attribute: name, rule: `is no Attribute of ${schema.title}${hint}` };
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
