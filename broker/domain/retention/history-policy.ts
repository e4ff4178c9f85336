import { addMonths } from '../calendar.ts';
import { type Duration, parseDuration } from '../duration.ts';
import type { Json, JsonObject, Micros } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { shown } from '../names.ts';
import { parseAttributeName, parseType } from '../parsing/parse-names.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** How long what is kept: ages, as durations of ISO 8601. */
export interface KeptFor {
  /** Instances; for ever when absent. */
  readonly keepRaw?: string;
  /** What they come to by the hour, for longer. */
  readonly keepHourly?: string;
  /** What they come to by the day, for longer still. */
  readonly keepDaily?: string;
}

/** How long the history is kept of what it is about; as it is stored. */
export interface HistoryPolicy extends KeptFor {
  /** IRI of an Entity Type; absent for all. */
  readonly type?: string;
  /** IRI of an Attribute; absent for all. */
  readonly attribute?: string;
}

const DURATIONS = ['keepRaw', 'keepHourly', 'keepDaily'] as const;
const MEMBERS: readonly string[] = ['name', 'type', 'attribute', ...DURATIONS];
const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;
const MONTH: Micros = (146_097 / 4800) * DAY;

/**
 * The policy that a document says, its names expanded.
 * @throws NgsiLdError BadRequestData, also for names that no Entity Type or no Attribute can have (clause 4.6.2)
 */
export function parseHistoryPolicy(document: Json | undefined, vocabulary: Vocabulary): HistoryPolicy {
  if (!isObject(document))
    throw badRequest('A history policy is a JSON object, such as {"keepRaw": "P30D"}.');
  const unknown = Object.keys(document).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined)
    throw badRequest(
      `A history policy has no ${shown(unknown)}: its members are ${MEMBERS.slice(1).join(', ')}.`,
    );
  const kept = Object.fromEntries(
    DURATIONS.filter((member) => document[member] !== undefined).map((member) => [
      member,
      requireAge(document[member], member),
    ]),
  );
  requireGrowing(kept);
  const type = nameIn(document, 'type');
  const attribute = nameIn(document, 'attribute');
  return {
    ...(type !== undefined && { type: parseType(type, vocabulary) }),
    ...(attribute !== undefined && { attribute: attributeOf(attribute, vocabulary) }),
    ...kept,
  };
}

function nameIn(document: JsonObject, member: 'type' | 'attribute'): string | undefined {
  const name = document[member];
  if (name === undefined || (typeof name === 'string' && name !== '')) return name;
  throw badRequest(`${member} is ${shown(name)}: give one name, or leave it out for all.`);
}

/** Members of Entities that have a history as Attributes have, which no policy takes away. */
const STAYING: readonly string[] = ['type', '@type', 'scope'];

function attributeOf(name: string, vocabulary: Vocabulary): string {
  if (!STAYING.includes(name)) return parseAttributeName(name, vocabulary);
  throw badRequest(
    `attribute is ${shown(name)}: what types and scopes an Entity had stays for as long as its history does; name an Attribute, or leave it out for all.`,
  );
}

function requireAge(text: Json | undefined, member: string): string {
  const duration = typeof text === 'string' ? parseDuration(text) : undefined;
  if (duration !== undefined && lengthOf(duration) >= HOUR) return text as string;
  throw badRequest(
    `${member} is ${shown(text)}: it is a duration of ISO 8601 of at least an hour, such as P30D, P1Y or PT6H.`,
  );
}

/** What is rolled up has to be older than what is not. */
function requireGrowing(kept: KeptFor): void {
  if (kept.keepRaw === undefined && (kept.keepHourly ?? kept.keepDaily) !== undefined)
    throw badRequest('keepRaw is missing: without it instances are kept for ever, and nothing is rolled up.');
  const given = DURATIONS.flatMap((member) => {
    const duration = kept[member];
    return duration === undefined ? [] : [{ member, length: lengthOf(durationOf(duration)) }];
  });
  for (const [index, { member, length }] of given.entries()) {
    const before = given[index - 1];
    if (before !== undefined && before.length >= length)
      throw badRequest(`${member} has to be longer than ${before.member}: both are ages.`);
  }
}

function lengthOf({ months, micros }: Duration): Micros {
  return months * MONTH + micros;
}

function durationOf(text: string): Duration {
  return parseDuration(text) as Duration;
}

/** What goes when: moments. What is older is rolled up further, or dropped. */
export interface Cutoffs {
  /** Instances before it go. */
  readonly raw: Micros;
  /** What they come to by the hour is kept from here on; absent where it is not kept. */
  readonly hourly?: Micros;
  /** By the day. */
  readonly daily?: Micros;
}

/** What a policy means at a time; undefined where everything stays. Cutoffs are whole hours, or days, of UTC. */
export function cutoffsAt(now: Micros, { keepRaw, keepHourly, keepDaily }: KeptFor): Cutoffs | undefined {
  if (keepRaw === undefined) return undefined;
  const before = (text: string, unit: Micros): Micros => {
    const { months, micros } = durationOf(text);
    return Math.floor((addMonths(now, -months) - micros) / unit) * unit;
  };
  return {
    raw: before(keepRaw, keepHourly === undefined && keepDaily !== undefined ? DAY : HOUR),
    ...(keepHourly !== undefined && { hourly: before(keepHourly, DAY) }),
    ...(keepDaily !== undefined && { daily: before(keepDaily, DAY) }),
  };
}

/**
 * The policy for an Attribute of an Entity: of those that are about it, one for its type and the Attribute comes before
 * one for the type, that before one for the Attribute, and that before one for all; among equals the one that keeps
 * instances longest.
 */
export function policyFor<P extends HistoryPolicy>(
  policies: readonly P[],
  types: readonly string[],
  attribute: string,
): P | undefined {
  let best: P | undefined;
  for (const policy of policies) {
    const isAbout =
      (policy.type === undefined || types.includes(policy.type)) &&
      (policy.attribute === undefined || policy.attribute === attribute);
    if (isAbout && (best === undefined || weightOf(policy) > weightOf(best))) best = policy;
  }
  return best;
}

const LONGEST = 1e21;

function weightOf({ type, attribute, keepRaw }: HistoryPolicy): number {
  const rank = (type === undefined ? 0 : 2) + (attribute === undefined ? 0 : 1);
  const length = keepRaw === undefined ? LONGEST : lengthOf(durationOf(keepRaw));
  return rank + Math.min(length / LONGEST, 0.5);
}
