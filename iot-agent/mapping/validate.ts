import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
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

/** Compiled when the first Entity of a type comes: start-up does not wait for it. */
const validators = new Map<string, ValidateFunction>();
let ajv: Ajv2020 | undefined;

function validatorOf(type: string, model: SmartDataModel): ValidateFunction {
  const compiled = validators.get(type);
  if (compiled !== undefined) return compiled;
  ajv ??= createAjv();
  const validator = ajv.compile(model.schema);
  validators.set(type, validator);
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
  const model = SMART_DATA_MODELS.get(entity.type);
  if (model === undefined) return undefined;
  const keyValues: Record<string, Json> = { id: entity.id, type: entity.type };
  for (const [name, attribute] of Object.entries(entity)) {
    if (name === 'id' || name === 'type') continue;
    const fault = kindFault(name, attribute, attributeSchema(model, name));
    if (fault !== undefined) return fault;
    keyValues[name] = keyValueOf(attribute);
  }
  const validate = validatorOf(entity.type, model);
  return validate(keyValues) ? undefined : toFault(validate.errors ?? []);
}

function kindFault(name: string, attribute: Json, schema: AttributeSchema | undefined): Fault | undefined {
  if (schema === undefined) return { attribute: name, rule: 'is no Attribute of this type' };
  const { type, unitCode } = attribute as { readonly [member: string]: Json };
  if (type !== schema.ngsiLdKind) return { attribute: name, rule: `must be a ${schema.ngsiLdKind}` };
  if (unitCode === undefined || schema.unitCode === undefined || unitCode === schema.unitCode)
    return undefined;
  return { attribute: name, rule: `must be in the unit ${schema.unitCode}` };
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
