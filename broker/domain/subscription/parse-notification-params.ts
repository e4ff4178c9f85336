import type { Json, JsonObject } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import { type Projection, projectedMembers } from '../representation/projection.ts';
import { ENTITY_MEMBERS } from '../representation/projection-terms.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { booleanOf, namesOf, objectOf, refuseUnknown, wordOf, wrong } from './checks.ts';
import { parseEndpoint } from './parse-endpoint.ts';
import type { NotificationFormat, NotificationParams } from './subscription.ts';

/** Members that only the broker writes (table 5.2.14.2-1); from a client they are ignored. */
export const OUTPUT_ONLY_NOTIFICATION_MEMBERS: ReadonlySet<string> = new Set([
  'lastFailure',
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
const FORMATS = ['normalized', 'concise', 'simplified', 'keyValues'] as const;

/** The `notification` member (clause 5.2.14.1). @throws BadRequestData, or OperationNotSupported for what is not there. */
export function parseNotificationParams(value: Json, vocabulary: Vocabulary): NotificationParams {
  const given = objectOf(value, 'notification');
  refuseUnknown(given, MEMBERS, 'notification (NotificationParams)');
  refuseUnsupported(given);
  const { sysAttrs, showChanges } = given;
  const format = formatOf(given['format']);
  const projection = projectionOf(given, vocabulary);
  return {
    endpoint: parseEndpoint(given['endpoint'] ?? null, 'notification.endpoint'),
    format,
    sysAttrs: sysAttrs !== undefined && booleanOf(sysAttrs, 'notification.sysAttrs'),
    showChanges: showChanges !== undefined && showsChanges(showChanges, format),
    ...(projection !== undefined && { projection }),
  };
}

function refuseUnsupported(given: JsonObject): void {
  const { join, joinLevel } = given;
  if (join !== undefined && wordOf(join, ['flat', 'inline', '@none'], 'notification.join') !== '@none')
    throw notYet('notification.join');
  if (joinLevel !== undefined && !(Number.isInteger(joinLevel) && (joinLevel as number) > 0))
    wrong('notification.joinLevel', 'must be a positive integer');
}

/** The refusal of a member that the standard knows and this broker does not obey: better no than in silence. */
export function notYet(member: string): NgsiLdError {
  return new NgsiLdError(
    'OperationNotSupported',
    `The Subscription member "${member}" is not supported by this broker; leave it out.`,
  );
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

function projectionOf(
  { attributes, pick, omit }: JsonObject,
  vocabulary: Vocabulary,
): Projection | undefined {
  if (attributes !== undefined && pick !== undefined)
    return wrong('notification.attributes', 'cannot stand beside notification.pick: give one of them');
  const picked =
    pick === undefined ? attributesOf(attributes, vocabulary) : membersOf(pick, 'pick', vocabulary);
  const omitted = omit === undefined ? undefined : membersOf(omit, 'omit', vocabulary);
  if (picked === undefined && omitted === undefined) return undefined;
  const both = pick === undefined ? undefined : [...(picked ?? [])].find((name) => omitted?.has(name));
  if (both !== undefined) return wrong('notification.omit', `names ${both}, which notification.pick has too`);
  return { ...(picked && { pick: picked }), ...(omitted && { omit: omitted }) };
}

/** `attributes` picks Attributes alone: the members of the Entity that are none are always there. */
function attributesOf(value: Json | undefined, vocabulary: Vocabulary): ReadonlySet<string> | undefined {
  if (value === undefined) return undefined;
  const names = namesOf(value, 'notification.attributes');
  const member = names.find((name) => ENTITY_MEMBERS.has(name));
  if (member !== undefined)
    return wrong(
      'notification.attributes',
      `may not name "${member}": it lists Attributes only, use notification.pick`,
    );
  return new Set([...ENTITY_MEMBERS, ...projectedMembers(names, 'notification.attributes', vocabulary)]);
}

function membersOf(value: Json, member: 'pick' | 'omit', vocabulary: Vocabulary): ReadonlySet<string> {
  const names = namesOf(value, `notification.${member}`);
  // Clause 4.21 lets braces reach into Linked Entities, which only `join` would bring.
  if (names.some((name) => name.includes('{'))) throw notYet(`notification.${member} with {…}`);
  return projectedMembers(names, `notification.${member}`, vocabulary);
}
