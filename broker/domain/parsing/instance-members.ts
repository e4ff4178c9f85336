import { ATTRIBUTE_KINDS, KIND_OF_MEMBER, type KindRules } from '../attribute-kinds.ts';
import { requireDateTime } from '../date-time.ts';
import type { Json } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { isNgsiLdNull, requireUri, shown } from '../names.ts';
import { isText } from '../number-text.ts';
import { parseType } from './parse-names.ts';
import type { InstanceDraft, Reading } from './reading.ts';

/** Reads one member of an instance into the draft; `what` names the Attribute in errors. */
type MemberReader = (draft: InstanceDraft, value: Json, reading: Reading, what: string) => void;

type Removable =
  | 'observedAt'
  | 'expiresAt'
  | 'unitCode'
  | 'valueType'
  | 'objectType'
  | 'entityIdSealed'
  | 'entityTypeSealed';

/**
 * The members of an Attribute instance that are no sub-Attributes (tables of clause 5.2.5 ff.). `kind` and `value` of
 * the draft are known before.
 */
export const INSTANCE_MEMBERS: ReadonlyMap<string, MemberReader> = new Map<string, MemberReader>([
  ['type', ignore],
  ['@type', ignore],
  ...[...KIND_OF_MEMBER.keys()].map((name): [string, MemberReader] => [name, valueMember(name)]),
  ['datasetId', readDatasetId],
  ['observedAt', removable('observedAt', (value, what) => requireDateTime(value, what))],
  ['expiresAt', removable('expiresAt', (value, what) => requireDateTime(value, what))],
  ['unitCode', ownMember('unitCode', readUnitCode)],
  ['valueType', ownMember('valueType', (value, what, { vocabulary }) => parseType(value, vocabulary, what))],
  ['objectType', ownMember('objectType', readObjectType)],
  ['ngsildproof', readProof],
  // What the broker makes itself is ignored when clients send it back (clause 5.2.2).
  ['createdAt', ignore],
  ['modifiedAt', ignore],
  ['deletedAt', ignore],
  ['instanceId', ignore],
  ...[...KIND_OF_MEMBER.values()]
    .map((kind) => ATTRIBUTE_KINDS[kind].previousMember)
    .map((member): [string, MemberReader] => [
      member,
      answeredMember(member, ({ previousMember }) => previousMember),
    ]),
  ...['entity', 'entityList'].map((member): [string, MemberReader] => [
    member,
    answeredMember(member, ({ linkedMember }) => linkedMember),
  ]),
  ['lang', refuse('lang', 'is only given in answers')],
  ['entityIdSealed', removable('entityIdSealed', readSealed)],
  ['entityTypeSealed', removable('entityTypeSealed', readSealed)],
  ['@context', refuse('@context', 'cannot be embedded, only stand at the top of the body')],
]);

/** True for a member that can never be an Attribute of an Entity; ngsildproof can be both (clause 4.5.2.2). */
export function isMemberName(name: string): boolean {
  return name !== 'ngsildproof' && INSTANCE_MEMBERS.has(name);
}

/** Names of members by which an object is known to be an instance and not a value. */
export const METADATA_MEMBERS: readonly string[] = [
  ...['datasetId', 'observedAt', 'expiresAt', 'unitCode', 'valueType', 'objectType', 'ngsildproof'],
  ...['entityIdSealed', 'entityTypeSealed'],
];

/**
 * The datasetId of an instance; undefined for the default instance, which `@none` stands for as well (clause 4.5.5).
 * @throws NgsiLdError BadRequestData; NGSI-LD Null is refused too, because a datasetId cannot be removed (5.5.8).
 */
export function parseDatasetId(value: Json | undefined, what: string): string | undefined {
  return value === undefined || value === '@none' ? undefined : requireUri(value, `datasetId of ${what}`);
}

/** All that a LanguageProperty may have as its valueType (table 5.2.32-1): the name as it expands, and its datatype. */
const LANG_STRINGS: ReadonlySet<string> = new Set([
  'https://uri.etsi.org/ngsi-ld/default-context/langString',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString',
]);

/**
 * Refuses members that the kind of the Attribute does not have, and a valueType that it cannot have, once it is known.
 * @throws NgsiLdError BadRequestData.
 */
export function checkOwnMembers(
  kind: keyof typeof ATTRIBUTE_KINDS,
  draft: Pick<InstanceDraft, 'unitCode' | 'valueType' | 'objectType'>,
  what: string,
): void {
  const { ownMembers } = ATTRIBUTE_KINDS[kind];
  for (const member of ['unitCode', 'valueType', 'objectType'] as const) {
    if (draft[member] === undefined || draft[member] === null || ownMembers.includes(member)) continue;
    throw badRequest(`${what} has ${member}, which a ${kind} cannot have: remove it`);
  }
  const { valueType } = draft;
  if (kind !== 'LanguageProperty' || typeof valueType !== 'string' || LANG_STRINGS.has(valueType)) return;
  throw badRequest(`valueType of ${what} is ${shown(valueType)}, but a LanguageProperty has langString`);
}

function ignore(): void {}

function refuse(member: string, reason: string): MemberReader {
  return (_draft, _value, _reading, what) => {
    throw badRequest(`${what} has the member ${member}, which ${reason}: remove it`);
  };
}

/**
 * What answers hold beside the value, Linked Entities and the value before, is ignored when clients send it back to an
 * Attribute of the kind that has it (tables 5.2.5-2 to 5.2.38-2).
 */
function answeredMember(member: string, ofKind: (rules: KindRules) => string | undefined): MemberReader {
  return ({ kind }, _value, _reading, what) => {
    if (kind === undefined || ofKind(ATTRIBUTE_KINDS[kind]) === member) return;
    throw badRequest(`${what} has the member ${member}, which a ${kind} cannot have: remove it`);
  };
}

function valueMember(member: string): MemberReader {
  return (draft, _value, _reading, what) => {
    if (draft.kind !== undefined && ATTRIBUTE_KINDS[draft.kind].valueMember === member) return;
    throw badRequest(
      `${what} has the member ${member}, which a ${draft.kind ?? 'value'} cannot have beside its own: remove it`,
    );
  };
}

/** A member that NGSI-LD Null removes where the operation allows it. */
function removable<Member extends Removable>(
  member: Member,
  read: (value: Json, what: string, reading: Reading) => NonNullable<InstanceDraft[Member]>,
): MemberReader {
  return (draft, value, reading, what) => {
    if (reading.mode.nulls !== 'delete' || !isNgsiLdNull(value)) {
      draft[member] = read(value, `${member} of ${what}`, reading);
    } else if (reading.mode.instances === 'partial') {
      draft[member] = null as InstanceDraft[Member];
    }
  };
}

function ownMember<Member extends Removable>(
  member: Member,
  read: (value: Json, what: string, reading: Reading) => NonNullable<InstanceDraft[Member]>,
): MemberReader {
  const readMember = removable(member, read);
  return (draft, value, reading, what) => {
    readMember(draft, value, reading, what);
    if (draft.kind !== undefined) checkOwnMembers(draft.kind, draft, what);
  };
}

function readDatasetId(draft: InstanceDraft, value: Json, _reading: Reading, what: string): void {
  const datasetId = parseDatasetId(value, what);
  if (datasetId !== undefined) draft.datasetId = datasetId;
}

function readUnitCode(value: Json, what: string): string {
  if (isText(value) && value !== '' && !isNgsiLdNull(value)) return value;
  throw badRequest(`${what} ${shown(value)} is not a string: use a UN/CEFACT common code such as CEL`);
}

/** Kept as it came, as all of a proof is; reserved-attributes.ts tells which Attributes may have it. */
function readSealed(value: Json, what: string): string {
  if (isText(value) && value !== '' && !isNgsiLdNull(value)) return value;
  throw badRequest(
    `${what} ${shown(value)} is not a string: write the id or type of the Entity that is sealed`,
  );
}

function readObjectType(value: Json, what: string, { vocabulary }: Reading): string | readonly string[] {
  if (!Array.isArray(value)) return parseType(value, vocabulary, what);
  if (value.length === 0) throw badRequest(`${what} is an empty array: name one Entity Type or more`);
  return value.map((type: Json) => parseType(type, vocabulary, what));
}

/** A data-integrity proof is kept as it came: a changed letter would break its seal. */
function readProof(draft: InstanceDraft, value: Json, { mode }: Reading, what: string): void {
  if (mode.nulls === 'delete' && isNgsiLdNull(value)) {
    if (mode.instances === 'partial') draft.ngsildproof = null;
    return;
  }
  const type = isObject(value) ? (value['type'] ?? 'Property') : undefined;
  if (!isObject(value) || type !== 'Property' || !isObject(value['value'])) {
    throw badRequest(`ngsildproof of ${what} is not a Property with an object as its value`);
  }
  draft.ngsildproof = value;
}
