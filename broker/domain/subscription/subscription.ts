import type { Micros } from '../entity.ts';
import type { AttributeQuery } from '../query/attribute-query.ts';
import type { GeoQuery } from '../query/geo-query.ts';
import type { EntitySelector } from '../query/query.ts';
import type { ScopeQuery } from '../query/scope-query.ts';
import type { Join } from '../representation/join.ts';
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

/** One HTTP header, or entry of MQTT metadata, for the receiver; or one parameter of the protocol (clause 5.2.22). */
export interface KeyValuePair {
  readonly key: string;
  readonly value: string;
}

export type NotificationMediaType = 'application/json' | 'application/ld+json' | 'application/geo+json';

/** Where notifications go by MQTT, and how (clause 7.2). */
export interface MqttTarget {
  /** True for mqtts: MQTT over TLS. */
  readonly isSecure: boolean;
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly topic: string;
  readonly version: 'mqtt3.1.1' | 'mqtt5.0';
  readonly qos: 0 | 1 | 2;
}

/** Where notifications go (clause 5.2.15). `cooldown` and `timeout` are milliseconds. */
export interface Endpoint {
  readonly uri: string;
  readonly accept: NotificationMediaType;
  readonly receiverInfo: readonly KeyValuePair[];
  /** Present when the URI is that of an MQTT broker and a topic. */
  readonly mqtt?: MqttTarget;
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
  /** With which Linked Entities (clause 4.5.23); absent for none. */
  readonly join?: Join;
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
  /** The n of the version 1.n of the standard that notifications conform to (clause 4.3.6.8); ours when absent. */
  readonly conformance?: number;
  /** Ours: also updates that leave an Attribute equal in every member notify, as a command that is given again. */
  readonly notifyUnchanged?: boolean;
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
