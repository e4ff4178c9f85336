import { ATTRIBUTE_KINDS } from './attribute-kinds.ts';
import type { AttributeChange, Change } from './change/changes.ts';
import { formatDateTime } from './date-time.ts';
import { type Entity, type Json, type JsonObject, type Micros, NGSI_LD_NULL } from './entity.ts';
import { asFeature, geometryOf, toFeatureCollection } from './representation/feature.ts';
import { isProjected } from './representation/projection.ts';
import { oneOrMany, type RepresentOptions, represent } from './representation/represent.ts';
import { type Members, setMember } from './set-member.ts';
import type { NotificationParams, Subscription } from './subscription/subscription.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a notification is made of. */
export interface NotificationContent {
  /** URI of the notification. */
  readonly id: string;
  readonly subscription: Subscription;
  readonly notifiedAt: Micros;
  /** One data item each, in this order; `at` is the moment of the change. */
  readonly changes: readonly { readonly change: Change; readonly at: Micros }[];
  readonly vocabulary: Vocabulary;
  /** The `@context` to put into the data; absent when a Link header tells it. */
  readonly contextReference?: Json;
}

/** The body of a notification (clause 5.3.1): Entities, or a FeatureCollection for application/geo+json. */
export function notificationBody(content: NotificationContent): JsonObject {
  const { id, subscription, notifiedAt } = content;
  return {
    id,
    type: 'Notification',
    subscriptionId: subscription.id,
    notifiedAt: formatDateTime(notifiedAt),
    data: dataOf(content),
  };
}

function dataOf(content: NotificationContent): Json {
  const { subscription, changes, contextReference } = content;
  const context: JsonObject = contextReference === undefined ? {} : { '@context': contextReference };
  const isGeoJson = subscription.notification.endpoint.accept === 'application/geo+json';
  const items = changes.map(({ change, at }) => dataItem({ change, at, content, isGeoJson }));
  return isGeoJson
    ? { ...toFeatureCollection(items), ...context }
    : items.map((entity) => ({ ...entity, ...context }));
}

interface Item {
  readonly change: Change;
  readonly at: Micros;
  readonly content: NotificationContent;
  readonly isGeoJson: boolean;
}

/** The Entity as it is after the change (clause 5.8.6); empty when the Subscription picks nothing that it has. */
function dataItem({ change, at, content, isGeoJson }: Item): JsonObject {
  const { entity, before } = change;
  const { subscription, vocabulary } = content;
  const { notification, lang } = subscription;
  if (entity === undefined) {
    if (before === undefined) throw new Error('A change has the Entity before it, after it, or both.');
    const deleted = deletedEntity(before, at, notification, vocabulary);
    return isGeoJson ? asFeature(deleted, null) : deleted;
  }
  const { format, sysAttrs, projection } = notification;
  const options: RepresentOptions = {
    now: at,
    form: format,
    sysAttrs,
    ...(projection !== undefined && { projection }),
    ...(lang !== undefined && { lang }),
  };
  const body = withDeletions(represent(entity, vocabulary, options) ?? {}, change, at, content);
  return isGeoJson ? asFeature(body, geometryOf(entity, options)) : body;
}

/** Of an Entity that is gone only what it was and when it went (clause 5.8.6). */
function deletedEntity(
  { id, types, createdAt, modifiedAt }: Entity,
  at: Micros,
  { sysAttrs }: NotificationParams,
  vocabulary: Vocabulary,
): JsonObject {
  return {
    id,
    type: oneOrMany(types.map((type) => vocabulary.compact(type))),
    ...(sysAttrs && { createdAt: formatDateTime(createdAt), modifiedAt: formatDateTime(modifiedAt) }),
    deletedAt: formatDateTime(at),
  };
}

/** Adds NGSI-LD Null for what the change deleted and the Subscription asks for. */
function withDeletions(
  body: JsonObject,
  { attributes }: Change,
  at: Micros,
  { subscription: { notification }, vocabulary }: NotificationContent,
): JsonObject {
  const { projection } = notification;
  const deleted = attributes.filter(
    ({ kind, attribute }) =>
      kind === 'deleted' && (projection === undefined || isProjected(projection, attribute)),
  );
  if (deleted.length === 0) return body;
  const members: Members = { ...body };
  for (const attribute of new Set(deleted.map((change) => change.attribute))) {
    const gone = deleted.filter((change) => change.attribute === attribute);
    const name = vocabulary.compact(attribute);
    setMember(members, name, withNulls(body[name], gone, at, notification));
  }
  return members;
}

/**
 * An Attribute whose instances are all gone is the bare URI, unless there is more to tell: which dataset, or when. Else
 * the nulls stand beside the instances that are left; the simplified form has no room for them there.
 */
function withNulls(
  shown: Json | undefined,
  gone: readonly AttributeChange[],
  at: Micros,
  { format, sysAttrs }: NotificationParams,
): Json {
  if (format === 'simplified') return shown ?? NGSI_LD_NULL;
  const [only] = gone;
  const isBare = shown === undefined && gone.length === 1 && only?.datasetId === undefined && !sysAttrs;
  if (isBare) return NGSI_LD_NULL;
  const nulls = gone.map((change) => nullInstance(change, at, { format, sysAttrs }));
  if (shown !== undefined) return [...(Array.isArray(shown) ? shown : [shown]), ...nulls];
  return nulls.length === 1 ? (nulls[0] as Json) : nulls;
}

function nullInstance(
  { datasetId, before }: AttributeChange,
  at: Micros,
  { format, sysAttrs }: Pick<NotificationParams, 'format' | 'sysAttrs'>,
): Json {
  if (before === undefined) throw new Error('A deleted instance is known as it was.');
  const { valueMember, nullValue } = ATTRIBUTE_KINDS[before.kind];
  return {
    ...(format === 'normalized' && { type: before.kind }),
    [valueMember]: nullValue,
    ...(datasetId !== undefined && { datasetId }),
    ...(sysAttrs && {
      createdAt: formatDateTime(before.createdAt),
      modifiedAt: formatDateTime(at),
      deletedAt: formatDateTime(at),
    }),
  };
}
