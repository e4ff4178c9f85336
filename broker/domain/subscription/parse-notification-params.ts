import type { Json, JsonObject } from '../entity.ts';
import { type Join, parseJoin } from '../representation/join.ts';
import { type Projection, toProjection } from '../representation/projection.ts';
import {
  ENTITY_MEMBERS,
  type ProjectionTerms,
  parseMember,
  parseProjectionTerms,
  type TermsOptions,
} from '../representation/projection-terms.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { booleanOf, namesOf, objectOf, refuseUnknown, wordOf, wrong } from './checks.ts';
import { parseEndpoint } from './parse-endpoint.ts';
import type { NotificationFormat, NotificationParams } from './subscription.ts';

/** Members that only the broker writes (table 5.2.14.2-1, and `lastFailureReason`); from a client they are ignored. */
export const OUTPUT_ONLY_NOTIFICATION_MEMBERS: ReadonlySet<string> = new Set([
  'lastFailure',
  'lastFailureReason',
  'lastNotification',
  'lastSuccess',
  'status',
  'timesFailed',
  'timesSent',
]);

const MEMBERS: ReadonlySet<string> = new Set([
  'endpoint',
  'attributes',
  'format',
  'join',
  'joinLevel',
  'omit',
  'pick',
  'showChanges',
  'sysAttrs',
  ...OUTPUT_ONLY_NOTIFICATION_MEMBERS,
]);
const JOINS = ['flat', 'inline', '@none'] as const;
const FORMATS = ['normalized', 'concise', 'simplified', 'keyValues'] as const;

/** The `notification` member (clause 5.2.14.1). @throws BadRequestData; TooComplexQuery for a joinLevel over 10 */
export function parseNotificationParams(value: Json, vocabulary: Vocabulary): NotificationParams {
  const given = objectOf(value, 'notification');
  refuseUnknown(given, MEMBERS, 'notification (NotificationParams)');
  const { sysAttrs, showChanges } = given;
  const format = formatOf(given['format']);
  const join = joinOf(given);
  const projection = projectionOf(given, { vocabulary, joinLevel: join?.level ?? 0 });
  return {
    endpoint: parseEndpoint(given['endpoint'] ?? null, 'notification.endpoint'),
    format,
    sysAttrs: sysAttrs !== undefined && booleanOf(sysAttrs, 'notification.sysAttrs'),
    showChanges: showChanges !== undefined && showsChanges(showChanges, format),
    ...(projection !== undefined && { projection }),
    ...(join !== undefined && { join }),
  };
}

function joinOf({ join, joinLevel }: JsonObject): Join | undefined {
  return parseJoin({
    ...(join !== undefined && { join: wordOf(join, JOINS, 'notification.join') }),
    ...(joinLevel !== undefined && { joinLevel: levelOf(joinLevel) }),
  });
}

function levelOf(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  return wrong('notification.joinLevel', 'must be a positive integer');
}

function showsChanges(value: Json, format: NotificationFormat): boolean {
  const isWanted = booleanOf(value, 'notification.showChanges');
  if (isWanted && format === 'simplified')
    wrong('notification.showChanges', 'cannot be true in the simplified format, which holds values alone');
  return isWanted;
}

function formatOf(value: Json | undefined): NotificationFormat {
  if (value === undefined) return 'normalized';
  const format = wordOf(value, FORMATS, 'notification.format');
  return format === 'keyValues' ? 'simplified' : format;
}

function projectionOf({ attributes, pick, omit }: JsonObject, options: TermsOptions): Projection | undefined {
  if (attributes !== undefined && pick !== undefined)
    return wrong('notification.attributes', 'cannot stand beside notification.pick: give one of them');
  const omitted = omit === undefined ? undefined : termsOf(omit, 'notification.omit', options);
  if (attributes !== undefined) {
    const projection = toProjection(undefined, omitted);
    return { ...projection, pick: attributesOf(attributes, options.vocabulary) };
  }
  const picked = pick === undefined ? undefined : termsOf(pick, 'notification.pick', options);
  return picked === undefined && omitted === undefined ? undefined : toProjection(picked, omitted);
}

/** `attributes` picks Attributes alone: the members of the Entity that are none are always there. */
function attributesOf(value: Json, vocabulary: Vocabulary): ReadonlySet<string> {
  const names = namesOf(value, 'notification.attributes');
  const member = names.find((name) => ENTITY_MEMBERS.has(name));
  if (member !== undefined)
    return wrong(
      'notification.attributes',
      `may not name "${member}": it lists Attributes only, use notification.pick`,
    );
  return new Set([
    ...ENTITY_MEMBERS,
    ...names.map((name) => parseMember(name, 'notification.attributes', vocabulary)),
  ]);
}

/** Each element is a term of the Attribute Projection Language, perhaps with braces (clause 4.21). */
function termsOf(value: Json, member: string, options: TermsOptions): ProjectionTerms {
  return parseProjectionTerms(namesOf(value, member), member, options);
}
