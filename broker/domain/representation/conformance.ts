import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { Attribute, AttributeKind, Attributes, Entity, Json } from '../entity.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isProjected } from './projection.ts';
import type { RepresentOptions } from './represent.ts';

/** The n of version 1.n of the standard that answers conform to unless an older one is preferred. */
export const NEWEST_MINOR = 9;

const VERSION = /^(\d{1,3})\.(\d{1,3})$/;

/**
 * The n of the version 1.n that answers are given in where `version` is asked for: of versions to come our own, of those
 * before 1.0 that. Undefined when it is none, such as `1.6`.
 */
export function parseConformance(version: string): number | undefined {
  const match = VERSION.exec(version);
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major === 0) return 0;
  return major === 1 ? Math.min(minor, NEWEST_MINOR) : NEWEST_MINOR;
}

/** An Entity as an older version of the standard has it, and how it is to be shown now. */
export interface Amended {
  readonly entity: Entity;
  readonly options: RepresentOptions;
  /** True when something that the options show is no longer there, or in another form. */
  readonly isAltered: boolean;
}

type RemovableMember = 'expiresAt' | 'valueType' | 'objectType' | 'datasetId' | 'observedAt' | 'unitCode';

interface Fallback {
  /** The minor version that introduced the kind. */
  readonly since: number;
  readonly kind: AttributeKind;
  readonly value: (value: Json, vocabulary: Vocabulary) => Json;
}

const asIs = (value: Json): Json => value;

/** What a kind is given as before it was introduced (table 4.3.6.8-1). */
const FALLBACKS: Partial<Record<AttributeKind, Fallback>> = {
  LanguageProperty: { since: 4, kind: 'Property', value: asIs },
  JsonProperty: { since: 8, kind: 'Property', value: asIs },
  VocabProperty: { since: 8, kind: 'Property', value: ATTRIBUTE_KINDS.VocabProperty.writeConcise },
  ListProperty: { since: 8, kind: 'Property', value: asIs },
  ListRelationship: {
    since: 8,
    kind: 'Relationship',
    value: (objects) => (Array.isArray(objects) && objects.length === 1 ? (objects[0] as Json) : objects),
  },
};

/** The minor version that introduced each member of Attributes (tables 4.3.6.8-2 and 4.3.6.8-3). */
const MEMBERS_SINCE: readonly (readonly [member: RemovableMember, since: number])[] = [
  ['expiresAt', 9],
  ['valueType', 9],
  ['objectType', 8],
  ['datasetId', 3],
  ['observedAt', 3],
  ['unitCode', 3],
];
export const SCOPE_SINCE = 4;
/** Several types, and several instances of an Attribute. */
export const SEVERAL_SINCE = 3;
const ENTITY_EXPIRY_SINCE = 9;

type AmendOptions = Omit<RepresentOptions, 'now'>;

interface Amending {
  readonly vocabulary: Vocabulary;
  readonly options: AmendOptions;
  readonly minor: number;
  readonly removed: readonly RemovableMember[];
}

/**
 * The Entity without what version 1.`minor` of the standard does not have, and in the forms that it has (clause 4.3.6.8).
 * It has to be without what has expired.
 */
export function conformTo(
  minor: number,
  entity: Entity,
  vocabulary: Vocabulary,
  options: RepresentOptions,
): Amended {
  const { datasetIds, ...others } = options;
  // Without datasetIds in the Entity they have to be looked at before.
  const isSelected = minor < SEVERAL_SINCE && datasetIds !== undefined;
  const selected = isSelected ? ofDatasets(entity, datasetIds) : entity;
  const amended = amendEntity(selected, amendingOf(minor, vocabulary, options));
  return {
    entity: amended,
    options: isSelected ? others : options,
    isAltered: amended !== selected,
  };
}

/** Amends instances of Attributes one by one, as `conformTo` does; those that stay as they are it gives back. */
export function amenderOf(
  minor: number,
  vocabulary: Vocabulary,
  options: AmendOptions,
): (instance: Attribute) => Attribute {
  const amending = amendingOf(minor, vocabulary, options);
  return (instance) => amendInstance(instance, amending);
}

function amendingOf(minor: number, vocabulary: Vocabulary, options: AmendOptions): Amending {
  const removed = MEMBERS_SINCE.filter(([member, since]) => since > minor && isShown(member, options));
  return { vocabulary, options, minor, removed: removed.map(([member]) => member) };
}

/** A value alone has no members; expiresAt is a system attribute. */
function isShown(member: RemovableMember, { form, sysAttrs }: AmendOptions): boolean {
  return form !== 'simplified' && (member !== 'expiresAt' || sysAttrs === true);
}

function ofDatasets(entity: Entity, datasetIds: ReadonlySet<string>): Entity {
  const attributes = Object.entries(entity.attributes).map(
    ([name, instances]) =>
      [name, instances.filter(({ datasetId }) => datasetIds.has(datasetId ?? '@none'))] as const,
  );
  return { ...entity, attributes: Object.fromEntries(attributes.filter(([, { length }]) => length > 0)) };
}

function amendEntity(entity: Entity, amending: Amending): Entity {
  const { minor, options } = amending;
  const { projection, sysAttrs = false } = options;
  const isWanted = (name: string): boolean => projection === undefined || isProjected(projection, name);
  const { types, scopes, expiresAt } = entity;
  const hasFewerTypes = minor < SEVERAL_SINCE && types.length > 1 && isWanted('type');
  const losesScope = minor < SCOPE_SINCE && scopes.length > 0 && isWanted('scope');
  const losesExpiry =
    minor < ENTITY_EXPIRY_SINCE && sysAttrs && expiresAt !== undefined && isWanted('expiresAt');
  const attributes = amendAttributes(entity.attributes, amending, isWanted);
  const isSame = !hasFewerTypes && !losesScope && !losesExpiry && attributes === entity.attributes;
  if (isSame) return entity;
  const { expiresAt: _expiry, ...rest } = entity;
  return {
    ...rest,
    types: hasFewerTypes ? types.slice(0, 1) : types,
    scopes: losesScope ? [] : scopes,
    ...(expiresAt !== undefined && !losesExpiry && { expiresAt }),
    attributes,
  };
}

/** The same object when nothing differs. */
function amendAttributes(
  attributes: Attributes,
  amending: Amending,
  isWanted: (name: string) => boolean,
): Attributes {
  let copy: Record<string, readonly Attribute[]> | undefined;
  for (const name in attributes) {
    if (!isWanted(name)) continue;
    const instances = attributes[name] as readonly Attribute[];
    const amended = amendInstances(instances, amending);
    if (amended === instances) continue;
    copy ??= { ...attributes };
    copy[name] = amended;
  }
  return copy ?? attributes;
}

function amendInstances(instances: readonly Attribute[], amending: Amending): readonly Attribute[] {
  if (amending.minor < SEVERAL_SINCE && instances.length > 1) {
    const kept = instances.find(({ datasetId }) => datasetId === undefined) ?? (instances[0] as Attribute);
    return [amendInstance(kept, amending)];
  }
  const amended = instances.map((instance) => amendInstance(instance, amending));
  return amended.every((instance, at) => instance === instances[at]) ? instances : amended;
}

function amendInstance(instance: Attribute, amending: Amending): Attribute {
  const { vocabulary, options, removed } = amending;
  const fallback = fallbackOf(instance, amending);
  const isShorter = removed.some((member) => instance[member] !== undefined);
  const { subAttributes } = instance;
  const amendedSub =
    subAttributes === undefined || options.form === 'simplified'
      ? subAttributes
      : amendAttributes(subAttributes, amending, () => true);
  if (fallback === undefined && !isShorter && amendedSub === subAttributes) return instance;
  const copy: { -readonly [Member in keyof Attribute]: Attribute[Member] } = { ...instance };
  for (const member of removed) delete copy[member];
  if (fallback !== undefined) {
    copy.kind = fallback.kind;
    copy.value = fallback.value(instance.value, vocabulary);
  }
  if (amendedSub !== undefined) copy.subAttributes = amendedSub;
  return copy;
}

function fallbackOf({ kind }: Attribute, { minor, options }: Amending): Fallback | undefined {
  const fallback = FALLBACKS[kind];
  if (fallback === undefined || minor >= fallback.since) return undefined;
  // In one language it is a Property already.
  return kind === 'LanguageProperty' && options.lang !== undefined ? undefined : fallback;
}
