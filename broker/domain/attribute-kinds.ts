import {
  isNullLanguageMap,
  isNullList,
  isNullValue,
  readGeometry,
  readJson,
  readLanguageMap,
  readObject,
  readObjectList,
  readProperty,
  readValueList,
  readVocab,
  type ValueReader,
} from './attribute-values.ts';
import { type AttributeKind, type Json, NGSI_LD_NULL } from './entity.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The inverse of a `ValueReader`: a stored value with the names of an @context. */
type ValueWriter = (value: Json, vocabulary: Vocabulary) => Json;

/** All that differs between the Attribute kinds (clauses 4.5.2, 4.5.3, 4.5.18 to 4.5.24). */
export interface KindRules {
  /** The member that holds the value in normalized and concise representation. */
  readonly valueMember: string;
  /** The member that holds the value before, in notifications with showChanges. */
  readonly previousMember: string;
  /** The member that holds the values in the simplified temporal representation (clause 4.5.9). */
  readonly temporalMember: string;
  readonly read: ValueReader;
  /** True for the NGSI-LD Null of this kind. */
  readonly isDeletion: (value: Json) => boolean;
  /** How NGSI-LD Null is written for this kind. */
  readonly nullValue: Json;
  readonly write: ValueWriter;
  readonly writeConcise: ValueWriter;
  /** True when the simplified representation keeps the value member around the value (clause 4.5.4). */
  readonly isWrapped: boolean;
  /** Whether merge goes into the members of the value or replaces it whole (clause 5.5.12). */
  readonly merge: 'members' | 'whole';
  /** Members besides those that every kind has. */
  readonly ownMembers: readonly ('unitCode' | 'valueType' | 'objectType')[];
  /** The member that holds Entities that it links to, where they are joined inline (clause 4.5.23.2); on Relationships. */
  readonly linkedMember?: 'entity' | 'entityList';
}

const asIs: ValueWriter = (value) => value;
const compacted: ValueWriter = (value, vocabulary) =>
  typeof value === 'object' ? vocabulary.compactValue(value) : value;
const terms: ValueWriter = (value, vocabulary) =>
  typeof value === 'string'
    ? vocabulary.compactVocab(value)
    : (value as readonly string[]).map((iri) => vocabulary.compactVocab(iri));
/** NGSI-LD Null stands alone in the array (clause 4.5.22.2). */
const asObjects: ValueWriter = (value) =>
  (value as readonly Json[]).map((object) => (object === NGSI_LD_NULL ? object : { object }));

const property: KindRules = {
  valueMember: 'value',
  previousMember: 'previousValue',
  temporalMember: 'values',
  read: readProperty,
  isDeletion: isNullValue,
  nullValue: NGSI_LD_NULL,
  write: compacted,
  writeConcise: compacted,
  isWrapped: false,
  merge: 'members',
  ownMembers: ['unitCode', 'valueType'],
};

const relationship: KindRules = {
  ...property,
  valueMember: 'object',
  previousMember: 'previousObject',
  temporalMember: 'objects',
  read: readObject,
  write: asIs,
  writeConcise: asIs,
  merge: 'whole',
  ownMembers: ['objectType'],
  linkedMember: 'entity',
};

/** One entry for each kind; whatever treats kinds differently asks here. */
export const ATTRIBUTE_KINDS: Readonly<Record<AttributeKind, KindRules>> = {
  Property: property,
  GeoProperty: {
    ...property,
    read: readGeometry,
    write: asIs,
    writeConcise: asIs,
    merge: 'whole',
    ownMembers: ['valueType'],
  },
  LanguageProperty: {
    valueMember: 'languageMap',
    previousMember: 'previousLanguageMap',
    temporalMember: 'languageMaps',
    read: readLanguageMap,
    isDeletion: isNullLanguageMap,
    nullValue: { '@none': NGSI_LD_NULL },
    write: asIs,
    writeConcise: asIs,
    isWrapped: true,
    merge: 'members',
    ownMembers: ['valueType'],
  },
  VocabProperty: {
    valueMember: 'vocab',
    previousMember: 'previousVocab',
    temporalMember: 'vocabs',
    read: readVocab,
    isDeletion: isNullValue,
    nullValue: NGSI_LD_NULL,
    write: terms,
    writeConcise: terms,
    isWrapped: true,
    merge: 'whole',
    ownMembers: ['valueType'],
  },
  JsonProperty: {
    valueMember: 'json',
    previousMember: 'previousJson',
    temporalMember: 'jsons',
    read: readJson,
    isDeletion: (value) => value === NGSI_LD_NULL,
    nullValue: NGSI_LD_NULL,
    write: asIs,
    writeConcise: asIs,
    isWrapped: true,
    merge: 'whole',
    ownMembers: ['valueType'],
  },
  ListProperty: {
    valueMember: 'valueList',
    previousMember: 'previousValueList',
    temporalMember: 'valueLists',
    read: readValueList,
    isDeletion: isNullList,
    nullValue: [NGSI_LD_NULL],
    write: compacted,
    writeConcise: compacted,
    isWrapped: false,
    merge: 'whole',
    ownMembers: ['valueType'],
  },
  Relationship: relationship,
  ListRelationship: {
    ...relationship,
    valueMember: 'objectList',
    previousMember: 'previousObjectList',
    temporalMember: 'objectLists',
    read: readObjectList,
    isDeletion: isNullList,
    nullValue: [NGSI_LD_NULL],
    linkedMember: 'entityList',
    write: asObjects,
  },
};

/** The kind that a value member stands for when no type is given (the concise representation, e.g. clause 4.5.2.3). */
export const KIND_OF_MEMBER: ReadonlyMap<string, AttributeKind> = new Map<string, AttributeKind>([
  ['value', 'Property'],
  ['object', 'Relationship'],
  ['languageMap', 'LanguageProperty'],
  ['vocab', 'VocabProperty'],
  ['json', 'JsonProperty'],
  ['valueList', 'ListProperty'],
  ['objectList', 'ListRelationship'],
]);

/** True for the name of an Attribute kind. */
export function isAttributeKind(name: string): name is AttributeKind {
  return Object.hasOwn(ATTRIBUTE_KINDS, name);
}
