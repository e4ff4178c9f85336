/** A moment in integer microseconds since 1970-01-01T00:00:00Z (clause 4.6.3: at most six fraction digits). */
export type Micros = number;

/** Any JSON value. Inside an Entity, the member names of object values are IRIs or JSON-LD keywords. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The eight Attribute kinds (clauses 4.5.2, 4.5.3, 4.5.17 to 4.5.24), by their names in the core @context. */
export type AttributeKind =
  | 'Property'
  | 'GeoProperty'
  | 'LanguageProperty'
  | 'VocabProperty'
  | 'JsonProperty'
  | 'ListProperty'
  | 'Relationship'
  | 'ListRelationship';

/**
 * One instance of an Attribute, expanded. What `value` holds depends on `kind`:
 * - Property: the value; names in object values are IRIs, JSON-LD typed values are `{ '@type': IRI, '@value': … }`
 * - GeoProperty: a GeoJSON geometry, verbatim
 * - LanguageProperty: language tag → string or strings
 * - VocabProperty: IRI or IRIs · JsonProperty: the JSON, verbatim · ListProperty: an array
 * - Relationship: URI or URIs · ListRelationship: an array of URIs
 */
export interface Attribute {
  readonly kind: AttributeKind;
  readonly value: Json;
  /** Absent on the default instance (clause 4.5.5). */
  readonly datasetId?: string;
  readonly observedAt?: Micros;
  readonly unitCode?: string;
  /** IRI of the value's type (clause 4.5.2, since v1.9); on a Property of any kind, not on Relationships. */
  readonly valueType?: string;
  /** IRIs of the types of the target Entities; only on Relationship and ListRelationship. */
  readonly objectType?: string | readonly string[];
  readonly expiresAt?: Micros;
  /** W3C data-integrity proof, kept and given back untouched. */
  readonly ngsildproof?: Json;
  /** What an Attribute ngsildproof seals besides (clause 4.5.2.2), as it was given; no other Attribute has them. */
  readonly entityIdSealed?: string;
  readonly entityTypeSealed?: string;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  /** Sub-Attributes by IRI; absent when there are none. */
  readonly subAttributes?: Attributes;
}

/** Attribute IRI → its instances: at least one, at most one without datasetId, in the order they came. */
export interface Attributes {
  readonly [name: string]: readonly Attribute[];
}

/**
 * The last state of an Entity that its history tells of, where that is not the present one: Attribute instances that were
 * modified later are not there yet.
 */
export interface Recorded {
  /** When it was written; 0 where the history tells of none. */
  readonly until: Micros;
  readonly types: readonly string[];
  readonly scopes: readonly string[];
}

/** An Entity as it is kept: every name an IRI, every time in microseconds. Also the stored JSON, as it is. */
export interface Entity {
  readonly id: string;
  /** IRIs, at least one, without repetition. */
  readonly types: readonly string[];
  /** With a leading slash; empty when the Entity has none. */
  readonly scopes: readonly string[];
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly expiresAt?: Micros;
  readonly attributes: Attributes;
  /** Absent where the history tells of the Entity as it is. Nobody outside sees it. */
  readonly recorded?: Recorded;
}

/** NGSI-LD Null (clause 4.5.0): stands for "remove this" in fragments and "was removed" in notifications. */
export const NGSI_LD_NULL = 'urn:ngsi-ld:null';
