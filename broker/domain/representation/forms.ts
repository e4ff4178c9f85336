import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import { formatDateTime } from '../date-time.ts';
import type { Attribute, Attributes, Json, JsonObject } from '../entity.ts';
import { looksLikeGeometry } from '../geojson.ts';
import { isMistakableForInstance } from '../parsing/layout.ts';
import { type Members, setMember } from '../set-member.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { chooseLanguage, type LanguagePreferences } from './language.ts';

/** The representations of clauses 4.5.2 to 4.5.4. */
export type Form = 'normalized' | 'concise' | 'simplified';

/** How Attributes are written. */
export interface Writing {
  readonly vocabulary: Vocabulary;
  readonly sysAttrs: boolean;
  readonly lang?: LanguagePreferences;
  /** By datasetId the instances as they were before a change, to be shown beside what they are (clause 5.2.14.1). */
  readonly previous?: ReadonlyMap<string | undefined, Attribute>;
  /** Set where what a Relationship links to is shown in its place, or beside it (clause 4.5.23.2). */
  readonly embed?: Embed;
}

/** What is shown of the Entity that a URI names; undefined where the URI has to do. */
export type Embed = (uri: string) => JsonObject | undefined;

type InstanceWriter = (instance: Attribute, writing: Writing, isOnly: boolean) => Json;

/** One entry for each form: all live instances of an Attribute as one member. */
export const FORMS: Readonly<Record<Form, (instances: readonly Attribute[], writing: Writing) => Json>> = {
  normalized: (instances, writing) => collapsed(instances, writing, writeNormalized),
  concise: (instances, writing) => collapsed(instances, writing, writeConcise),
  simplified: writeDatasets,
};

/** One instance is an object, several are an array (clause 4.5.5). */
function collapsed(instances: readonly Attribute[], writing: Writing, write: InstanceWriter): Json {
  if (instances.length === 1) return write(instances[0] as Attribute, writing, true);
  return instances.map((instance) => write(instance, writing, false));
}

function writeNormalized(instance: Attribute, writing: Writing): JsonObject {
  const rules = ATTRIBUTE_KINDS[instance.kind];
  const value = instance.value;
  if (writing.lang !== undefined && instance.kind === 'LanguageProperty') {
    const lang = chooseLanguage(value as JsonObject, writing.lang);
    const members: Members = { type: 'Property', value: (value as JsonObject)[lang] as Json, lang };
    return withMembers(members, instance, writing, 'normalized');
  }
  const members: Members = {
    type: instance.kind,
    [rules.valueMember]: rules.write(value, writing.vocabulary),
  };
  if (writing.embed !== undefined) setLinked(members, instance, writing.embed);
  return withMembers(members, instance, writing, 'normalized');
}

function writeConcise(instance: Attribute, writing: Writing, isOnly: boolean): Json {
  const { valueMember, writeConcise: write } = ATTRIBUTE_KINDS[instance.kind];
  if (writing.lang !== undefined && instance.kind === 'LanguageProperty') {
    const lang = chooseLanguage(instance.value as JsonObject, writing.lang);
    const members: Members = { value: (instance.value as JsonObject)[lang] as Json, lang };
    return withMembers(members, instance, writing, 'concise');
  }
  const value = write(instance.value, writing.vocabulary);
  if (isOnly && canStandBare(instance, value, writing)) return value;
  const members: Members = { [valueMember]: value };
  if (writing.embed !== undefined) setLinked(members, instance, writing.embed);
  // Without its type a Property that holds a geometry would be taken for a GeoProperty.
  if (instance.kind === 'Property' && looksLikeGeometry(value)) members['type'] = 'Property';
  return withMembers(members, instance, writing, 'concise');
}

/** Adds the Entities that a Relationship links to: one where it names one, else an array of those that there are. */
function setLinked(members: Members, { kind, value }: Attribute, embed: Embed): void {
  const { linkedMember } = ATTRIBUTE_KINDS[kind];
  if (linkedMember === undefined) return;
  if (!Array.isArray(value)) {
    const entity = embed(value as string);
    if (entity !== undefined) members[linkedMember] = entity;
    return;
  }
  const entities = (value as readonly string[]).map(embed).filter((entity) => entity !== undefined);
  if (entities.length > 0) members[linkedMember] = entities;
}

/** True when the value alone says all, and is read as what it is (clause 4.5.2.3). */
function canStandBare(instance: Attribute, value: Json, { sysAttrs, previous }: Writing): boolean {
  const { kind, datasetId } = instance;
  if (sysAttrs || previous?.has(datasetId) || hasMetadata(instance)) return false;
  return kind === 'GeoProperty' || (kind === 'Property' && !isMistakableForInstance(value));
}

function hasMetadata(instance: Attribute): boolean {
  return (
    instance.datasetId !== undefined ||
    instance.observedAt !== undefined ||
    instance.unitCode !== undefined ||
    instance.valueType !== undefined ||
    instance.objectType !== undefined ||
    instance.ngsildproof !== undefined ||
    instance.entityIdSealed !== undefined ||
    instance.entityTypeSealed !== undefined ||
    instance.subAttributes !== undefined
  );
}

/** Several instances stand under their datasetIds, one alone as its value (clause 4.5.4). */
function writeDatasets(instances: readonly Attribute[], writing: Writing): Json {
  if (instances.length === 1) return writeSimplified(instances[0] as Attribute, writing);
  const dataset = instances.map((instance) => [
    instance.datasetId ?? '@none',
    writeSimplified(instance, writing),
  ]);
  return { dataset: Object.fromEntries(dataset) as JsonObject };
}

function writeSimplified({ kind, value }: Attribute, { vocabulary, lang, embed }: Writing): Json {
  if (embed !== undefined && ATTRIBUTE_KINDS[kind].linkedMember !== undefined) {
    const shown = (uri: Json): Json => embed(uri as string) ?? uri;
    return Array.isArray(value) ? value.map(shown) : shown(value);
  }
  if (lang !== undefined && kind === 'LanguageProperty') {
    return (value as JsonObject)[chooseLanguage(value as JsonObject, lang)] as Json;
  }
  const { isWrapped, valueMember, writeConcise: write } = ATTRIBUTE_KINDS[kind];
  return isWrapped ? { [valueMember]: write(value, vocabulary) } : write(value, vocabulary);
}

/** Adds all members of an instance but type and value. */
function withMembers(
  members: Members,
  instance: Attribute,
  writing: Writing,
  form: 'normalized' | 'concise',
): JsonObject {
  const { vocabulary, sysAttrs, previous } = writing;
  const { datasetId, observedAt, unitCode, valueType, objectType, ngsildproof, subAttributes } = instance;
  const { entityIdSealed, entityTypeSealed } = instance;
  if (datasetId !== undefined) members['datasetId'] = datasetId;
  if (observedAt !== undefined) members['observedAt'] = formatDateTime(observedAt);
  if (unitCode !== undefined) members['unitCode'] = unitCode;
  if (valueType !== undefined) members['valueType'] = vocabulary.compact(valueType);
  if (objectType !== undefined) members['objectType'] = compactNames(objectType, vocabulary);
  if (ngsildproof !== undefined) members['ngsildproof'] = ngsildproof;
  if (entityIdSealed !== undefined) members['entityIdSealed'] = entityIdSealed;
  if (entityTypeSealed !== undefined) members['entityTypeSealed'] = entityTypeSealed;
  const before = previous?.get(datasetId);
  if (before !== undefined) Object.assign(members, previousValue(before, vocabulary, form));
  if (sysAttrs) writeSystemTimes(members, instance);
  if (subAttributes !== undefined) writeAttributes(members, subAttributes, ofSubAttributes(writing), form);
  return members;
}

/** What was before a change, and what is linked to, is told of Attributes, not of their sub-Attributes. */
function ofSubAttributes(writing: Writing): Writing {
  if (writing.previous === undefined && writing.embed === undefined) return writing;
  const { previous: _previous, embed: _embed, ...rest } = writing;
  return rest;
}

/** The value that an instance had, under the name that its kind has for it: previousValue and its like. */
export function previousValue(
  { kind, value }: Attribute,
  vocabulary: Vocabulary,
  form: 'normalized' | 'concise',
): JsonObject {
  const { previousMember, write, writeConcise: concise } = ATTRIBUTE_KINDS[kind];
  return { [previousMember]: (form === 'concise' ? concise : write)(value, vocabulary) };
}

/** Adds createdAt, modifiedAt and expiresAt (clauses 4.8, 4.22), which an answer holds only with sysAttrs. */
export function writeSystemTimes(
  members: Members,
  { createdAt, modifiedAt, expiresAt }: Pick<Attribute, 'createdAt' | 'modifiedAt' | 'expiresAt'>,
): void {
  members['createdAt'] = formatDateTime(createdAt);
  members['modifiedAt'] = formatDateTime(modifiedAt);
  if (expiresAt !== undefined) members['expiresAt'] = formatDateTime(expiresAt);
}

function writeAttributes(
  members: Members,
  attributes: Attributes,
  writing: Writing,
  form: 'normalized' | 'concise',
): void {
  for (const name in attributes) {
    const instances = attributes[name] as readonly Attribute[];
    setMember(members, writing.vocabulary.compact(name), FORMS[form](instances, writing));
  }
}

function compactNames(names: string | readonly string[], vocabulary: Vocabulary): Json {
  return typeof names === 'string'
    ? vocabulary.compact(names)
    : names.map((name) => vocabulary.compact(name));
}
