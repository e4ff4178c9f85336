import { type AttributeSchema, dateTime, geometry, reference, text, texts } from './attribute-schemas.ts';

/** The Attributes of a model, by their short names in its @context. */
export interface AttributeSchemas {
  readonly [attribute: string]: AttributeSchema;
}

/** The JSON Schema of one Entity type, in key-values form, closed: what it does not name is refused. */
export interface ModelSchema {
  readonly $schema: string;
  readonly title: string;
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: { readonly id: object; readonly type: object } & AttributeSchemas;
  readonly unevaluatedProperties: false;
}

/** What every Smart Data Models type has. */
const COMMON: AttributeSchemas = {
  dateCreated: dateTime,
  dateModified: dateTime,
  source: text,
  name: text,
  alternateName: text,
  description: text,
  dataProvider: text,
  owner: texts,
  seeAlso: {
    ngsiLdKind: 'Property',
    type: ['string', 'array'],
    format: 'uri',
    items: { type: 'string', format: 'uri' },
  },
  location: geometry,
  address: { ngsiLdKind: 'Property', type: 'object', additionalProperties: { type: ['string', 'number'] } },
  areaServed: text,
};

/** What the types of things that can be touched have besides. */
export const PHYSICAL_OBJECT: AttributeSchemas = {
  color: text,
  image: { ngsiLdKind: 'Property', type: 'string', format: 'uri' },
  annotations: texts,
};

/** One device that observed the Entity. */
export const OBSERVED_BY: AttributeSchemas = { refDevice: reference };

/**
 * The closed schema of a type: its own Attributes beside the common ones.
 * @param required Attributes that an Entity of the type must have; `id` and `type` go without saying.
 */
export function modelSchema(
  type: string,
  required: readonly string[],
  attributes: AttributeSchemas,
): ModelSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: type,
    type: 'object',
    required: ['id', 'type', ...required],
    properties: {
      id: { type: 'string', format: 'uri' },
      type: { const: type },
      ...COMMON,
      ...attributes,
    } as ModelSchema['properties'],
    unevaluatedProperties: false,
  };
}
