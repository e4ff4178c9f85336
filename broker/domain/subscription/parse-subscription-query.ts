import type { Json } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import { requireName } from '../names.ts';
import { type AttributePath, type AttributeQuery, pathsOf } from '../query/attribute-query.ts';
import { type AttributeQueryOptions, parseAttributeQuery } from '../query/parse-attribute-query.ts';
import { HIGHEST_JOIN_LEVEL } from '../representation/join.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { textOf } from './checks.ts';

/** The members that say how the values in `q` are read: IRIs of Attributes (clause 4.9). */
export interface QueryNames {
  readonly expandValues?: readonly string[];
  readonly jsonKeys?: readonly string[];
}

/** `expandValues` or `jsonKeys`, a list of names between commas, as IRIs. @throws BadRequestData */
export function parseQueryNames(value: Json, member: string, vocabulary: Vocabulary): readonly string[] {
  return textOf(value, member)
    .split(',')
    .map((name) => vocabulary.expand(requireName(name.trim(), member)));
}

/**
 * The `q` or `csf` of a Subscription. Unlike that of a request it may follow Relationships without `join`, which is about
 * what a notification holds.
 * @throws BadRequestData, TooComplexQuery
 */
export function parseSubscriptionQuery(
  value: Json,
  member: string,
  vocabulary: Vocabulary,
  { expandValues = [], jsonKeys = [], onName }: QueryNames & Pick<AttributeQueryOptions, 'onName'> = {},
): AttributeQuery {
  return parseAttributeQuery(textOf(value, member), withIris(vocabulary, [...expandValues, ...jsonKeys]), {
    expandValues,
    jsonKeys,
    joinLevel: HIGHEST_JOIN_LEVEL,
    called: member,
    ...(onName && { onName }),
  });
}

/**
 * Asks the vocabulary for all that a checked `q` could mean, whatever `expandValues` and `jsonKeys` stand beside it: an
 * update may give others, when its @context is no longer at hand.
 */
export function askForEveryReading(value: Json, vocabulary: Vocabulary, names: QueryNames): void {
  const query = parseSubscriptionQuery(value, 'q', vocabulary, names);
  const expandValues = pathsOf(query).flatMap((path) => lastNameOf(path) ?? []);
  try {
    parseSubscriptionQuery(value, 'q', vocabulary, { expandValues });
  } catch (error) {
    // What the @context has no meaning for can stand in raw JSON alone: so it is read that way or refused.
    if (!(error instanceof NgsiLdError)) throw error;
  }
}

function lastNameOf({ names, linked }: AttributePath): string | undefined {
  return linked === undefined ? names.at(-1) : lastNameOf(linked.path);
}

/** The vocabulary, to which these IRIs mean themselves, whether or not it has been asked for them before. */
function withIris(vocabulary: Vocabulary, iris: readonly string[]): Vocabulary {
  if (iris.length === 0) return vocabulary;
  const known = new Set(iris);
  return { ...vocabulary, expand: (name) => (known.has(name) ? name : vocabulary.expand(name)) };
}
