import { badRequest } from '../errors.ts';
import { requireName, requireUri, shown } from '../names.ts';
import { parseAttributeName } from '../parsing/parse-names.ts';
import type { Vocabulary } from '../vocabulary.ts';

/**
 * Which members of Entities an answer holds (clause 4.21). Names are IRIs of Attributes, or those of members that are
 * none: id, type, scope, createdAt, modifiedAt, expiresAt.
 */
export interface Projection {
  /** Only these. */
  readonly pick?: ReadonlySet<string>;
  /** All but these. */
  readonly omit?: ReadonlySet<string>;
  /** Only these Attributes, beside id, type and scope (deprecated by pick). */
  readonly attrs?: ReadonlySet<string>;
}

/** The parameters as they stand in a request. */
export interface ProjectionParameters {
  readonly pick?: string;
  readonly omit?: string;
  readonly attrs?: string;
}

/** What a projection may name beside Attributes. */
export const ENTITY_MEMBERS: ReadonlySet<string> = new Set([
  ...['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt'],
]);

/**
 * @throws NgsiLdError BadRequestData: attrs with pick or omit, a name in both pick and omit, an empty or unknown element.
 */
export function parseProjection(
  { pick, omit, attrs }: ProjectionParameters,
  vocabulary: Vocabulary,
): Projection {
  if (attrs !== undefined && (pick !== undefined || omit !== undefined)) {
    throw badRequest('attrs cannot be combined with pick or omit: use pick alone');
  }
  const picked = pick === undefined ? undefined : parseNames(pick, 'pick', vocabulary);
  const omitted = omit === undefined ? undefined : parseNames(omit, 'omit', vocabulary);
  const name = picked === undefined ? undefined : [...picked].find((item) => omitted?.has(item));
  if (name !== undefined) throw badRequest(`${shown(name)} is in both pick and omit: name it in one of them`);
  return {
    ...(picked !== undefined && { pick: picked }),
    ...(omitted !== undefined && { omit: omitted }),
    ...(attrs !== undefined && { attrs: parseNames(attrs, 'attrs', vocabulary) }),
  };
}

/**
 * The `datasetId` parameter: URIs, and `@none` for the default instance (clause 4.5.5).
 * @throws NgsiLdError BadRequestData.
 */
export function parseDatasetIds(text: string): ReadonlySet<string> {
  return new Set(text.split(',').map((id) => (id === '@none' ? id : requireUri(id, 'datasetId'))));
}

/** True when an answer holds the member; Attributes are named by IRI. */
export function isProjected({ pick, omit, attrs }: Projection, name: string): boolean {
  if (pick !== undefined && !pick.has(name)) return false;
  if (omit?.has(name)) return false;
  return attrs === undefined || ENTITY_MEMBERS.has(name) || attrs.has(name);
}

/** True when an Entity needs one of the Attributes of `attrs` to be shown at all (table 6.4.3.2-1). */
export function demandsAttribute({ attrs }: Projection): boolean {
  return attrs !== undefined && ![...attrs].some((name) => ENTITY_MEMBERS.has(name));
}

/**
 * The members that a list names: IRIs of Attributes, and what is no Attribute as it is. `what` names the list in errors.
 * @throws NgsiLdError BadRequestData.
 */
export function projectedMembers(
  names: readonly string[],
  what: string,
  vocabulary: Vocabulary,
): ReadonlySet<string> {
  return new Set(names.map((name) => parseMember(name, what, vocabulary)));
}

function parseNames(text: string, parameter: string, vocabulary: Vocabulary): ReadonlySet<string> {
  if (/[{}]/.test(text)) {
    throw badRequest(`${parameter} names members of linked Entities, which needs join: leave the braces out`);
  }
  return projectedMembers(text.split(/[,|]/), `${parameter} element`, vocabulary);
}

function parseMember(name: string, what: string, vocabulary: Vocabulary): string {
  if (ENTITY_MEMBERS.has(name)) return name;
  return parseAttributeName(requireName(name, what), vocabulary);
}
