import { requireDateTime } from '../date-time.ts';
import { type Json, type JsonObject, type Micros, NGSI_LD_NULL } from '../entity.ts';
import type {
  AppendFragment,
  AttributesFragment,
  EntityInput,
  MergeFragment,
  UpdateFragment,
} from '../entity-input.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { isNgsiLdNull, requireId } from '../names.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isMemberName } from './instance-members.ts';
import { parseInstances } from './parse-instances.ts';
import { parseAttributeName, parseScopes, parseTypes } from './parse-names.ts';
import { READING_MODES, type Reading } from './reading.ts';
import { checkReservedAttribute } from './reserved-attributes.ts';

/** How the Attributes of a merge are represented (clause 5.6.17). */
export interface MergeReading {
  readonly isSimplified?: boolean;
  /** The common language tag. */
  readonly lang?: string;
}

interface EntityDraft {
  types?: readonly string[];
  scopes?: readonly string[] | null;
  expiresAt?: Micros | null;
  readonly attributes: Record<string, AttributesFragment[string]>;
}

/**
 * The id of the Entity in a body: for creation, and to tell the elements of a batch.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData when it has no valid id.
 */
export function parseEntityId(body: Json): string {
  const raw = requireObject(body);
  return requireId(idIn(raw), 'id');
}

/**
 * A whole Entity, normalized or concise (clauses 4.5.1, 5.2.4), for create, replace and upsert. An `@context` at the top
 * is the caller's affair and passed over here.
 * @throws NgsiLdError InvalidRequest when the body is no object, BadRequestData for everything else.
 */
export function parseEntity(body: Json, vocabulary: Vocabulary): EntityInput {
  const id = parseEntityId(body);
  const draft = readEntity(body as JsonObject, { vocabulary, mode: READING_MODES.complete });
  if (draft.types === undefined) throw badRequest('the Entity has no type: name its Entity Type');
  // In mode `complete` every instance has kind and value, and nothing is null.
  return { id, ...draft } as EntityInput;
}

/**
 * What append attributes takes (clause 5.6.3). An `id` in the body has to be that of the Entity.
 * @throws NgsiLdError as `parseEntity`.
 */
export function parseAppendFragment(id: string, body: Json, vocabulary: Vocabulary): AppendFragment {
  return readFragmentOf(id, body, { vocabulary, mode: READING_MODES.complete }) as AppendFragment;
}

/**
 * What update attributes takes (clause 5.6.2).
 * @throws NgsiLdError as `parseEntity`.
 */
export function parseUpdateFragment(id: string, body: Json, vocabulary: Vocabulary): UpdateFragment {
  return readFragmentOf(id, body, { vocabulary, mode: READING_MODES.update }) as UpdateFragment;
}

/**
 * What merge takes (clause 5.6.17).
 * @throws NgsiLdError as `parseEntity`.
 */
export function parseMergeFragment(
  id: string,
  body: Json,
  vocabulary: Vocabulary,
  options: MergeReading = {},
): MergeFragment {
  return readFragmentOf(id, body, { vocabulary, mode: READING_MODES.merge, ...options });
}

function readFragmentOf(id: string, body: Json, reading: Reading): MergeFragment {
  checkFragmentId(id, body);
  return readEntity(requireObject(body), reading);
}

/**
 * Holds the id in a fragment, where it has one, against that of the Entity that is addressed.
 * @throws NgsiLdError BadRequestData when it is another one.
 */
export function checkFragmentId(id: string, body: Json): void {
  const given = isObject(body) ? idIn(body) : undefined;
  if (given === undefined || given === id) return;
  throw badRequest('the id in the body is not the id of the Entity that is addressed: leave it out');
}

function requireObject(body: Json): JsonObject {
  if (isObject(body)) return body;
  throw new NgsiLdError('InvalidRequest', 'the body is not a JSON object: send one Entity or fragment');
}

/**
 * What JSON-LD takes for the types, under either name that it has for them.
 * @throws NgsiLdError BadRequestData for both.
 */
export function typesIn({ type, '@type': keyword }: JsonObject): Json | undefined {
  if (type === undefined || keyword === undefined) return type === undefined ? keyword : type;
  throw twoTypes();
}

function twoTypes(): Error {
  return badRequest('the Entity has both type and @type, which mean the same: give one of them');
}

/** What JSON-LD takes for the id, under either name that it has for it. */
function idIn({ id, '@id': keyword }: JsonObject): Json | undefined {
  if (id === undefined || keyword === undefined) return id ?? keyword;
  throw badRequest('the Entity has both id and @id, which mean the same: give one of them');
}

function readEntity(raw: JsonObject, reading: Reading): EntityDraft {
  const draft: EntityDraft = { attributes: {} };
  for (const name in raw) {
    const read = ENTITY_MEMBERS.get(name) ?? readAttribute;
    read(draft, raw[name] as Json, reading, name);
  }
  return draft;
}

type EntityMemberReader = (draft: EntityDraft, value: Json, reading: Reading, name: string) => void;

/** The members of an Entity that are no Attributes (tables of clause 5.2.4); the system's own are passed over. */
const ENTITY_MEMBERS: ReadonlyMap<string, EntityMemberReader> = new Map<string, EntityMemberReader>([
  ...['id', '@id', '@context', 'createdAt', 'modifiedAt', 'deletedAt'].map(
    (name): [string, EntityMemberReader] => [name, () => {}],
  ),
  ['type', readTypes],
  ['@type', readTypes],
  ['scope', readScopes],
  ['expiresAt', readExpiresAt],
]);

function readTypes(draft: EntityDraft, value: Json, { vocabulary }: Reading): void {
  if (draft.types !== undefined) throw twoTypes();
  draft.types = parseTypes(value, vocabulary);
}

function readScopes(draft: EntityDraft, value: Json, { mode }: Reading): void {
  const isRemoval = isNgsiLdNull(Array.isArray(value) && value.length === 1 ? value[0] : value);
  if (isRemoval && mode.nulls === 'refused') throw misplacedNull('scope');
  draft.scopes = isRemoval ? null : parseScopes(value);
}

function readExpiresAt(draft: EntityDraft, value: Json, { mode }: Reading): void {
  const isRemoval = mode.nulls === 'delete' && isNgsiLdNull(value);
  draft.expiresAt = isRemoval ? null : requireDateTime(value, 'expiresAt');
}

function readAttribute(draft: EntityDraft, value: Json, reading: Reading, name: string): void {
  if (isMemberName(name)) {
    throw badRequest(`${name} cannot name an Attribute: it is a member that NGSI-LD defines`);
  }
  const iri = parseAttributeName(name, reading.vocabulary);
  if (Object.hasOwn(draft.attributes, iri))
    throw badRequest(`the Attribute ${name} is given twice, under two names`);
  const instances = parseInstances(value, reading, name);
  for (const instance of instances) checkReservedAttribute(iri, instance, name);
  draft.attributes[iri] = instances;
}

function misplacedNull(member: string): Error {
  return badRequest(
    `${member} is "${NGSI_LD_NULL}", which removes and is only taken by update, merge and partial update`,
  );
}
