import { type Json, type Micros, NGSI_LD_NULL } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { requireId } from '../names.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { objectOf, refuseUnknown, wrong } from './checks.ts';
import { OUTPUT_ONLY_NOTIFICATION_MEMBERS } from './parse-notification-params.ts';
import { askForEveryReading, parseQueryNames, type QueryNames } from './parse-subscription-query.ts';
import { type RecordedNames, recordNames, replayNames } from './recorded-vocabulary.ts';
import type { Subscription } from './subscription.ts';
import { DEFAULT_TRIGGERS, READ_ONLY_MEMBERS, SUBSCRIPTION_MEMBERS } from './subscription-members.ts';
import { nullsIn, withoutNulls } from './subscription-nulls.ts';

/** One member as the client wrote it, and what its names meant in the @context of that request. */
export interface GivenMember {
  readonly given: Json;
  readonly names: RecordedNames;
}

/** A Subscription as it is stored: nothing is lost, nothing depends on an @context that may change (plain JSON). */
export interface SubscriptionDocument {
  readonly id: string;
  readonly members: { readonly [name: string]: GivenMember };
  /** The @context of the request that created it, as given: used for notifications unless jsonldContext is given. */
  readonly contextReference: Json;
  readonly createdAt: Micros;
  /** Strictly greater with every update. */
  readonly modifiedAt: Micros;
}

/** Member by member what a client wants: `null` where an NGSI-LD Null removes (clause 5.5.8). */
export type SubscriptionFragment = ReadonlyMap<string, GivenMember | null>;

const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'type',
  ...Object.keys(SUBSCRIPTION_MEMBERS),
  ...READ_ONLY_MEMBERS,
]);

/** The `id` that a request body gives, if any; checks `id` and `type`. @throws BadRequestData */
export function identify(body: Json, type: 'required' | 'optional'): string | undefined {
  const given = objectOf(body, 'Subscription');
  if (given['type'] === undefined ? type === 'required' : given['type'] !== 'Subscription')
    return wrong('type', 'must be "Subscription"');
  return given['id'] === undefined ? undefined : requireId(given['id'], 'id');
}

/** Checks every member of a request body on its own (clause 5.2.12). @throws BadRequestData, TooComplexQuery */
export function readFragment(body: Json, vocabulary: Vocabulary): SubscriptionFragment {
  const given = objectOf(body, 'Subscription');
  refuseUnknown(given, KNOWN, 'Subscription');
  const fragment = new Map<string, GivenMember | null>();
  const names = queryNamesOf((name) => [given[name], vocabulary]);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(SUBSCRIPTION_MEMBERS, name)) continue;
    fragment.set(name, value === NGSI_LD_NULL ? null : readMember(name, value, vocabulary, names));
  }
  return fragment;
}

/**
 * The members of a Subscription that is to be created, each checked on its own; none may be NGSI-LD Null, since there is
 * nothing to remove (clause 5.5.4). @throws BadRequestData, TooComplexQuery
 */
export function readMembers(body: Json, vocabulary: Vocabulary): SubscriptionDocument['members'] {
  const [member] = nullsIn(objectOf(body, 'Subscription'));
  if (member !== undefined) wrong(member, `is "${NGSI_LD_NULL}", which only an update takes: leave it out`);
  return applyFragment({}, readFragment(body, vocabulary));
}

function readMember(name: string, value: Json, vocabulary: Vocabulary, names: QueryNames): GivenMember {
  const given = withoutNulls(name, name === 'notification' ? withoutOutput(value) : value);
  const recording = recordNames(vocabulary);
  SUBSCRIPTION_MEMBERS[name]?.(given, recording.vocabulary, names);
  if (name === 'q') askForEveryReading(given, recording.vocabulary, names);
  return { given, names: recording.names() };
}

/** What `expandValues` and `jsonKeys` of a stored Subscription name. @throws BadRequestData where they cannot be read */
export function storedQueryNames(members: SubscriptionDocument['members']): QueryNames {
  return queryNamesOf((name) => {
    const member = members[name];
    return [member?.given, replayNames(member?.names ?? [])];
  });
}

/** What `expandValues` and `jsonKeys` name, each with the vocabulary that it is read in. */
function queryNamesOf(
  member: (name: string) => readonly [given: Json | undefined, vocabulary: Vocabulary],
): QueryNames {
  const namesOf = (name: string): readonly string[] => {
    const [given, vocabulary] = member(name);
    return given === undefined || given === NGSI_LD_NULL ? [] : parseQueryNames(given, name, vocabulary);
  };
  return { expandValues: namesOf('expandValues'), jsonKeys: namesOf('jsonKeys') };
}

function withoutOutput(value: Json): Json {
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.filter(([name]) => !OUTPUT_ONLY_NOTIFICATION_MEMBERS.has(name)));
}

/** The members after a fragment was applied: each replaced, added or removed as a whole (clause 5.5.8). */
export function applyFragment(
  members: SubscriptionDocument['members'],
  fragment: SubscriptionFragment,
): SubscriptionDocument['members'] {
  const result = new Map(Object.entries(members));
  for (const [name, member] of fragment) {
    if (member) result.set(name, member);
    else result.delete(name);
  }
  return Object.fromEntries(result);
}

/** The stored form made ready for use. @throws BadRequestData when members do not go together (clause 5.2.12) */
export function toSubscription(document: Pick<SubscriptionDocument, 'id' | 'members'>): Subscription {
  let parsed: Partial<Subscription> = {};
  const queryNames = storedQueryNames(document.members);
  for (const [name, { given, names }] of Object.entries(document.members))
    parsed = { ...parsed, ...SUBSCRIPTION_MEMBERS[name]?.(given, replayNames(names), queryNames) };
  const { notification } = parsed;
  if (!notification) return wrong('notification', 'is mandatory');
  checkTogether(parsed, document.members['localOnly']?.given);
  return { notificationTrigger: DEFAULT_TRIGGERS, isActive: true, ...parsed, id: document.id, notification };
}

/** What tables 5.2.12-1 and 5.2.33-1 say of members that go together, or do not. */
function checkTogether(parsed: Partial<Subscription>, localOnly: Json | undefined): void {
  const { entities, watchedAttributes, timeInterval } = parsed;
  const isLocal = localOnly === true;
  if (localOnly === false && entities?.some(({ types }) => types === undefined))
    wrong(
      'localOnly',
      'cannot be false with the Entity Type "*", which stands for local Entities: leave it out',
    );
  if (timeInterval !== undefined) checkPeriodic(parsed, isLocal);
  if (!entities && !watchedAttributes && !isLocal)
    throw badRequest(
      'A Subscription needs "entities" or "watchedAttributes" (or localOnly true) to say what it is about.',
    );
}

function checkPeriodic(parsed: Partial<Subscription>, isLocal: boolean): void {
  const other = (['watchedAttributes', 'throttling'] as const).find((name) => parsed[name] !== undefined);
  if (other !== undefined)
    wrong('timeInterval', `cannot stand beside "${other}": it notifies periodically, of no change`);
  if (!parsed.entities && !isLocal)
    wrong('entities', 'is mandatory with "timeInterval", unless localOnly is true');
}
