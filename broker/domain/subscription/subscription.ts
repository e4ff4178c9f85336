import type { Micros } from '../entity.ts';
import type { AttributeQuery } from '../query/attribute-query.ts';
import type { GeoQuery } from '../query/geo-query.ts';
import type { EntitySelector } from '../query/query.ts';
import type { ScopeQuery } from '../query/scope-query.ts';
import type { LanguagePreferences } from '../representation/language.ts';
import type { Projection } from '../representation/projection.ts';

/** What kind of change notifies (table 5.2.12-1, `notificationTrigger`). */
export type NotificationTrigger =
  | 'entityCreated'
  | 'entityUpdated'
  | 'entityDeleted'
  | 'attributeCreated'
  | 'attributeUpdated'
  | 'attributeDeleted';

/** One HTTP header for the receiver (clause 5.2.22). */
export interface KeyValuePair {
  readonly key: string;
  readonly value: string;
}

export type NotificationMediaType = 'application/json' | 'application/ld+json' | 'application/geo+json';

/** Where notifications go (clause 5.2.15). `cooldown` and `timeout` are milliseconds. */
export interface Endpoint {
  readonly uri: string;
  readonly accept: NotificationMediaType;
  readonly receiverInfo: readonly KeyValuePair[];
  readonly cooldown?: number;
  readonly timeout?: number;
}

export type NotificationFormat = 'normalized' | 'concise' | 'simplified';

/** How a notification looks and where it goes (clause 5.2.14). */
export interface NotificationParams {
  readonly endpoint: Endpoint;
  readonly format: NotificationFormat;
  readonly sysAttrs: boolean;
  /** With the values before the change; never in the simplified format. */
  readonly showChanges: boolean;
  /** Which members the data holds: of `attributes`, `pick` and `omit`. */
  readonly projection?: Projection;
}

/** A Subscription (clause 5.2.12) made ready for use: defaults filled in, names expanded, texts parsed. */
export interface Subscription {
  readonly id: string;
  /** Which Entities are meant (clause 5.2.33); absent: those that have a watched Attribute. */
  readonly entities?: readonly EntitySelector[];
  /** IRIs; absent means every Attribute. */
  readonly watchedAttributes?: readonly string[];
  readonly notificationTrigger: readonly NotificationTrigger[];
  readonly q?: AttributeQuery;
  readonly geoQ?: GeoQuery;
  readonly scopeQ?: ScopeQuery;
  /** LanguageProperties as plain strings in the best of these languages. */
  readonly lang?: LanguagePreferences;
  /** Only instances of these datasets are shown, `@none` for the default one. */
  readonly datasetIds?: ReadonlySet<string>;
  readonly isActive: boolean;
  readonly expiresAt?: Micros;
  /** Least time between two notifications, in microseconds. */
  readonly throttling?: Micros;
  /** Notifies periodically, after so many microseconds, and of no change (clause 5.8.6). */
  readonly timeInterval?: Micros;
  readonly jsonldContext?: string;
  readonly notification: NotificationParams;
}

export type SubscriptionState = 'active' | 'paused' | 'expired';

/** The read-only `status` (table 5.2.12-2): only an active Subscription notifies (clause 5.8.6). */
export function statusOf(
  subscription: Pick<Subscription, 'isActive' | 'expiresAt'>,
  now: Micros,
): SubscriptionState {
  if (subscription.expiresAt !== undefined && subscription.expiresAt <= now) return 'expired';
  return subscription.isActive ? 'active' : 'paused';
}
