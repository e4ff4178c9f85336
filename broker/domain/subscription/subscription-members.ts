import { requireDateTime } from '../date-time.ts';
import type { Json, Micros } from '../entity.ts';
import { requireName, requireUri } from '../names.ts';
import { parseScopeQuery } from '../query/scope-query.ts';
import { parseConformance } from '../representation/conformance.ts';
import { parseLanguagePreferences } from '../representation/language.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { booleanOf, namesOf, positiveOf, stringOf, textOf, wordOf, wrong } from './checks.ts';
import { parseSelectors } from './parse-entity-selector.ts';
import { parseGeoQ } from './parse-geo-q.ts';
import { parseNotificationParams } from './parse-notification-params.ts';
import { parseQueryNames, parseSubscriptionQuery, type QueryNames } from './parse-subscription-query.ts';
import type { NotificationTrigger, Subscription } from './subscription.ts';

/** `names` are those of the members beside it that say how `q` is read. */
type MemberParser = (value: Json, vocabulary: Vocabulary, names: QueryNames) => Partial<Subscription>;

/** The six triggers of table 5.2.12-1. */
const TRIGGERS: readonly NotificationTrigger[] = [
  'entityCreated',
  'entityUpdated',
  'entityDeleted',
  'attributeCreated',
  'attributeUpdated',
  'attributeDeleted',
];

/** What applies when `notificationTrigger` is not given (table 5.2.12-1). */
export const DEFAULT_TRIGGERS: readonly NotificationTrigger[] = ['attributeCreated', 'attributeUpdated'];

const MICROS_PER_SECOND = 1e6;
const kept =
  (check: (value: Json, vocabulary: Vocabulary) => unknown): MemberParser =>
  (value, vocabulary) => {
    check(value, vocabulary);
    return {};
  };

/** Every member of a Subscription that a client may give besides id and type (table 5.2.12-1, and our `notifyUnchanged`), and what it becomes. */
export const SUBSCRIPTION_MEMBERS: Readonly<Record<string, MemberParser>> = {
  subscriptionName: kept((value) => stringOf(value, 'subscriptionName')),
  description: kept((value) => stringOf(value, 'description')),
  entities: (value, vocabulary) => ({ entities: parseSelectors(value, vocabulary) }),
  watchedAttributes: (value, vocabulary) => ({
    watchedAttributes: namesOf(value, 'watchedAttributes').map((name) =>
      vocabulary.expand(requireName(name, 'watchedAttributes')),
    ),
  }),
  notificationTrigger: (value) => ({
    notificationTrigger: namesOf(value, 'notificationTrigger').map((word, index) =>
      wordOf(word, TRIGGERS, `notificationTrigger[${index}]`),
    ),
  }),
  q: (value, vocabulary, names) => ({ q: parseSubscriptionQuery(value, 'q', vocabulary, names) }),
  expandValues: kept((value, vocabulary) => parseQueryNames(value, 'expandValues', vocabulary)),
  jsonKeys: kept((value, vocabulary) => parseQueryNames(value, 'jsonKeys', vocabulary)),
  geoQ: (value, vocabulary) => ({ geoQ: parseGeoQ(value, vocabulary) }),
  scopeQ: (value) => ({ scopeQ: parseScopeQuery(textOf(value, 'scopeQ')) }),
  lang: (value) => ({ lang: parseLanguagePreferences(textOf(value, 'lang')) }),
  datasetId: (value) => ({ datasetIds: new Set(namesOf(value, 'datasetId').map(datasetOf)) }),
  isActive: (value) => ({ isActive: booleanOf(value, 'isActive') }),
  expiresAt: (value) => ({ expiresAt: requireDateTime(value, 'expiresAt') }),
  throttling: (value) => ({ throttling: periodOf(value, 'throttling') }),
  timeInterval: (value) => ({ timeInterval: periodOf(value, 'timeInterval') }),
  jsonldContext: (value) => ({ jsonldContext: requireUri(value, 'jsonldContext') }),
  notification: (value, vocabulary) => ({ notification: parseNotificationParams(value, vocabulary) }),
  // Without Context Sources every Subscription is local and no Entity is split: both words are true of this broker.
  localOnly: kept((value) => booleanOf(value, 'localOnly')),
  splitEntities: kept((value) => booleanOf(value, 'splitEntities')),
  // A filter of Context Sources has none to filter; it is checked, so that it means something once there are some.
  csf: kept((value, vocabulary) => parseSubscriptionQuery(value, 'csf', vocabulary)),
  temporalQ: () => wrong('temporalQ', 'belongs to Context Source Registration Subscriptions only'),
  notifyUnchanged: (value) => ({ notifyUnchanged: booleanOf(value, 'notifyUnchanged') }),
  ngsildConformance: (value) => ({ conformance: conformanceOf(value) }),
};

/** Members that only the broker writes (table 5.2.12-2); from a client they are ignored. */
export const READ_ONLY_MEMBERS: ReadonlySet<string> = new Set(['status', 'createdAt', 'modifiedAt']);

function conformanceOf(value: Json): number {
  const minor = parseConformance(textOf(value, 'ngsildConformance'));
  return minor ?? wrong('ngsildConformance', 'must be a version of the standard, such as "1.6"');
}

/** Seconds, as microseconds: at least one. */
function periodOf(value: Json, member: string): Micros {
  return Math.max(1, Math.round(positiveOf(value, member) * MICROS_PER_SECOND));
}

function datasetOf(id: string, index: number): string {
  return id === '@none' ? id : requireUri(id, `datasetId[${index}]`);
}
