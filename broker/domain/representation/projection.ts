import { badRequest } from '../errors.ts';
import { requireUri, shown } from '../names.ts';
import type { Vocabulary } from '../vocabulary.ts';
import {
  ENTITY_MEMBERS,
  type NameList,
  namesOf,
  type ProjectionTerms,
  parseMember,
  parseProjectionTerms,
} from './projection-terms.ts';

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
  /**
   * By the IRI of a Relationship what is shown of the Entities that it links to; they are shown whole where there is no
   * entry.
   */
  readonly linked?: ReadonlyMap<string, Projection>;
}

/** The parameters as they stand in a request. */
export interface ProjectionParameters {
  readonly pick?: NameList;
  readonly omit?: NameList;
  readonly attrs?: NameList;
}

/**
 * `joinLevel` tells how deep braces may reach into linked Entities: 0 without `join`.
 * @throws NgsiLdError BadRequestData: attrs with pick or omit, a name in both pick and omit, an empty or unknown element,
 * braces deeper than `joinLevel`.
 */
export function parseProjection(
  { pick, omit, attrs }: ProjectionParameters,
  vocabulary: Vocabulary,
  joinLevel = 0,
): Projection {
  if (attrs !== undefined && (pick !== undefined || omit !== undefined)) {
    throw badRequest('attrs cannot be combined with pick or omit: use pick alone');
  }
  const options = { vocabulary, joinLevel };
  const picked = pick === undefined ? undefined : parseProjectionTerms(pick, 'pick', options);
  const omitted = omit === undefined ? undefined : parseProjectionTerms(omit, 'omit', options);
  return {
    ...toProjection(picked, omitted),
    ...(attrs !== undefined && {
      attrs: projectedMembers(namesOf(attrs, /[,|]/), 'attrs element', vocabulary),
    }),
  };
}

/**
 * The Projection of two parsed lists.
 * @throws NgsiLdError BadRequestData for a name in both.
 */
export function toProjection(
  picked: ProjectionTerms | undefined,
  omitted: ProjectionTerms | undefined,
): Projection {
  // Braces are about the Entities behind a Relationship: the Relationship itself stays.
  const omit = new Set([...(omitted ?? [])].filter(([, terms]) => terms === undefined).map(([name]) => name));
  const both = [...omit].find((name) => picked?.has(name));
  if (both !== undefined) throw badRequest(`${shown(both)} is in both pick and omit: name it in one of them`);
  const linked = linkedProjections(picked, omitted);
  return {
    ...(picked !== undefined && { pick: new Set(picked.keys()) }),
    ...(omitted !== undefined && { omit }),
    ...(linked.size > 0 && { linked }),
  };
}

function linkedProjections(
  picked: ProjectionTerms | undefined,
  omitted: ProjectionTerms | undefined,
): ReadonlyMap<string, Projection> {
  const linked = new Map<string, Projection>();
  for (const name of new Set([...(picked?.keys() ?? []), ...(omitted?.keys() ?? [])])) {
    const [pick, omit] = [picked?.get(name), omitted?.get(name)];
    if (pick !== undefined || omit !== undefined) linked.set(name, toProjection(pick, omit));
  }
  return linked;
}

/**
 * The `datasetId` parameter: URIs, and `@none` for the default instance (clause 4.5.5).
 * @throws NgsiLdError BadRequestData.
 */
export function parseDatasetIds(list: NameList): ReadonlySet<string> {
  return new Set(namesOf(list, ',').map((id) => (id === '@none' ? id : requireUri(id, 'datasetId'))));
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
function projectedMembers(
  names: readonly string[],
  what: string,
  vocabulary: Vocabulary,
): ReadonlySet<string> {
  return new Set(names.map((name) => parseMember(name, what, vocabulary)));
}
