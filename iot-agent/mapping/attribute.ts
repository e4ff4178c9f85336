import type { Json } from '../measurement.ts';

/** An Attribute in normalized form, without datasetId: the agent writes default instances only. */
export interface NormalizedAttribute {
  readonly type: string;
  readonly [member: string]: Json;
}

/** Attributes by name, in the order in which they came; a Map, because names come from outside. */
export type NormalizedAttributes = ReadonlyMap<string, NormalizedAttribute>;

/** What is wrong with an Attribute, in plain words. */
export interface Fault {
  readonly attribute: string;
  readonly rule: string;
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
