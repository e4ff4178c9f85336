/** The NGSI-LD Attribute kinds that the models use. */
type ModelAttributeKind = 'Property' | 'Relationship' | 'GeoProperty';

/**
 * What one Attribute may hold in key-values form (JSON Schema 2020-12), with two annotations of ours: its NGSI-LD
 * kind, and the UN/CEFACT code of the unit that its number is in.
 */
export interface AttributeSchema {
  readonly ngsiLdKind: ModelAttributeKind;
  readonly unitCode?: string;
  readonly [keyword: string]: unknown;
}

/** Limits of a number. */
export interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

export const AT_LEAST_ZERO: Range = { minimum: 0 };
/** Shares and levels: the models count 0 to 1 where devices send percent. */
export const ZERO_TO_ONE: Range = { minimum: 0, maximum: 1 };

/** A number in a unit. */
export const measured = (unitCode: string, range: Range = {}): AttributeSchema => ({
  ngsiLdKind: 'Property',
  type: 'number',
  unitCode,
  ...range,
});

/** A number of which the model does not say the unit. */
export const number = (range: Range = {}): AttributeSchema => ({
  ngsiLdKind: 'Property',
  type: 'number',
  ...range,
});

/** A whole number. */
export const integer = (range: Range = {}): AttributeSchema => ({
  ngsiLdKind: 'Property',
  type: 'integer',
  ...range,
});

export const text: AttributeSchema = { ngsiLdKind: 'Property', type: 'string' };

export const flag: AttributeSchema = { ngsiLdKind: 'Property', type: 'boolean' };

/** Facts under names of their own, which the model lists and does not demand. */
export const structure: AttributeSchema = { ngsiLdKind: 'Property', type: 'object' };

/** A moment in ISO 8601 with a time zone. */
export const dateTime: AttributeSchema = { ngsiLdKind: 'Property', type: 'string', format: 'date-time' };

/** One of these words. */
export const oneOf = (...words: readonly string[]): AttributeSchema => ({
  ngsiLdKind: 'Property',
  type: 'string',
  enum: words,
});

/** A list of these words, each once. */
export const listOf = (...words: readonly string[]): AttributeSchema => ({
  ngsiLdKind: 'Property',
  type: 'array',
  items: { type: 'string', enum: words },
  minItems: 1,
  uniqueItems: true,
});

/** A list of free texts. */
export const texts: AttributeSchema = { ngsiLdKind: 'Property', type: 'array', items: { type: 'string' } };

/** A Relationship to one Entity. */
export const reference: AttributeSchema = { ngsiLdKind: 'Relationship', type: 'string', format: 'uri' };

/** A Relationship to one Entity or more, always a list. */
export const references: AttributeSchema = {
  ngsiLdKind: 'Relationship',
  type: 'array',
  items: { type: 'string', format: 'uri' },
  minItems: 1,
  uniqueItems: true,
};

/** A GeoJSON geometry; the broker checks its coordinates (clause 4.7). */
export const geometry: AttributeSchema = {
  ngsiLdKind: 'GeoProperty',
  type: 'object',
  required: ['type', 'coordinates'],
  properties: {
    type: { enum: ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'] },
    coordinates: { type: 'array', minItems: 1 },
    bbox: { type: 'array', minItems: 4, items: { type: 'number' } },
  },
};
