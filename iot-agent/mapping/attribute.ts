import type { Json } from '../measurement.ts';

/** One instance of an Attribute in normalized form: the default one, or with a datasetId (clause 4.5.5). */
export interface NormalizedAttribute {
  readonly type: string;
  readonly [member: string]: Json;
}

/**
 * Attributes by `instanceKey`, which is the name for default instances, in the order in which they came; a Map, because names
 * come from outside.
 */
export type NormalizedAttributes = ReadonlyMap<string, NormalizedAttribute>;

/** What tells instances of the Attributes of an Entity apart: the name, and the datasetId if there is one. */
export function instanceKey(name: string, { datasetId }: NormalizedAttribute): string {
  return typeof datasetId === 'string' ? `${name}\n${datasetId}` : name;
}

/** The name in an `instanceKey`; no name has a line end. */
export function nameIn(key: string): string {
  const end = key.indexOf('\n');
  return end < 0 ? key : key.slice(0, end);
}

/** What is wrong with an Attribute, in plain words. */
export interface Fault {
  readonly attribute: string;
  readonly rule: string;
  /** The Attribute as it would have been, where there is one. */
  readonly value?: Json;
}

/** The member that holds the value, by Attribute kind (clauses 4.5.2 to 4.5.24). */
export const VALUE_MEMBER: { readonly [kind: string]: string } = {
  Property: 'value',
  GeoProperty: 'value',
  Relationship: 'object',
  LanguageProperty: 'languageMap',
  VocabProperty: 'vocab',
  JsonProperty: 'json',
  ListProperty: 'valueList',
};
