import { badRequest, NgsiLdError } from '../errors.ts';
import { requireUri, shown } from '../names.ts';

/** Which Linked Entities are retrieved with those that were asked for, and how they are shown (clause 4.5.23). */
export interface Join {
  /** `flat`: behind the Entities that link to them; `inline`: within their Relationships. */
  readonly kind: 'flat' | 'inline';
  /** How many Relationships are followed, one behind the other. */
  readonly level: number;
  /** Ids of Entities that whoever asks has met already: they are not retrieved again. */
  readonly containedBy: ReadonlySet<string>;
}

/** The parameters as they stand in a request. */
export interface JoinParameters {
  readonly join?: string | undefined;
  /** A whole number from 1 on. */
  readonly joinLevel?: number | undefined;
  readonly containedBy?: readonly string[] | undefined;
}

/** How many Relationships are followed at most, one behind the other. */
export const HIGHEST_JOIN_LEVEL = 10;

/**
 * Parses the parameters of Linked Entity retrieval; undefined where there is none, and joinLevel and containedBy then
 * say nothing (table 6.4.3.2-1).
 * @throws NgsiLdError BadRequestData; TooComplexQuery for a joinLevel over 10.
 */
export function parseJoin({ join, joinLevel = 1, containedBy = [] }: JoinParameters): Join | undefined {
  if (joinLevel > HIGHEST_JOIN_LEVEL) {
    throw new NgsiLdError(
      'TooComplexQuery',
      `joinLevel is ${joinLevel}: at most ${HIGHEST_JOIN_LEVEL} Relationships are followed, one behind the other.`,
    );
  }
  const ids = new Set(containedBy.map((id) => requireUri(id, 'containedBy')));
  if (join === undefined || join === '@none') return undefined;
  if (join === 'flat' || join === 'inline') return { kind: join, level: joinLevel, containedBy: ids };
  throw badRequest(`join ${shown(join)} is none of flat, inline, @none`);
}
