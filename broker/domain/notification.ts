import { ATTRIBUTE_KINDS } from './attribute-kinds.ts';
import type { AttributeChange, Change } from './change/changes.ts';
import { formatDateTime } from './date-time.ts';
import type { Entity, Json, JsonObject, Micros } from './entity.ts';
import { NGSI_LD_NULL } from './entity.ts';
import { represent } from './representation/represent.ts';
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

function dataOf({ subscription, changes, vocabulary, contextReference }: NotificationContent): Json {
  const entities = changes.map(({ change, at }) => notifiedEntity(change, at, subscription, vocabulary));
  const context: JsonObject = contextReference === undefined ? {} : { '@context': contextReference };
  if (subscription.notification.endpoint.accept !== 'application/geo+json')
    return entities.map((entity) => ({ ...entity, ...context }));
  return { type: 'FeatureCollection', features: entities.map(toFeature), ...context };
}

/** The Entity as it is after the change; NGSI-LD Null stands for Attributes that were deleted (clause 5.8.6). */
function notifiedEntity(
  { kind, entity, before, attributes }: Change,
  at: Micros,
  { notification, lang }: Subscription,
  vocabulary: Vocabulary,
): JsonObject {
  if (kind === 'deleted' && before) return deletedEntity(before, at, notification, vocabulary);
  if (!entity) throw new Error('A change that deletes nothing needs the Entity as it is.');
  const { format, sysAttrs, pick, omit } = notification;
  const body = represent(entity, vocabulary, {
    form: format,
    sysAttrs,
    ...(pick && { pick }),
    ...(omit && { omit }),
    ...(lang !== undefined && { lang }),
  });
  const deleted = attributes.filter((change) => change.kind === 'deleted' && isShown(change.attribute, notification));
  if (deleted.length === 0) return body;
  const result = new Map(Object.entries(body));
  for (const change of deleted) {
    const name = vocabulary.compact(change.attribute);
    const shown = withDeleted(result.get(name), deletion(change, at, notification), notification);
    if (shown !== undefined) result.set(name, shown);
  }
  return Object.fromEntries(result);
}

function deletedEntity(
  { id, types, createdAt, modifiedAt }: Entity,
  at: Micros,
  { sysAttrs }: NotificationParams,
  vocabulary: Vocabulary,
): JsonObject {
  const names = types.map((type) => vocabulary.compact(type));
  return {
    id,
    type: names.length === 1 ? (names[0] as string) : names,
    ...(sysAttrs && { createdAt: formatDateTime(createdAt), modifiedAt: formatDateTime(modifiedAt) }),
    deletedAt: formatDateTime(at),
  };
}

function isShown(attribute: string, { pick, omit }: NotificationParams): boolean {
  return (pick === undefined || pick.includes(attribute)) && !omit?.includes(attribute);
}

/** The bare URI, unless there is more to tell: which dataset, or when. */
function deletion({ datasetId, before }: AttributeChange, at: Micros, { format, sysAttrs }: NotificationParams): Json {
  if (!before || format === 'simplified' || (datasetId === undefined && !sysAttrs)) return NGSI_LD_NULL;
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

/** Beside the instances that are left; a simplified Attribute that is still there has no room for it. */
function withDeleted(shown: Json | undefined, deleted: Json, { format }: NotificationParams): Json | undefined {
  if (shown === undefined) return deleted;
  if (format === 'simplified' || deleted === NGSI_LD_NULL) return shown === NGSI_LD_NULL ? shown : undefined;
  if (shown === NGSI_LD_NULL) return deleted;
  return Array.isArray(shown) ? [...(shown as readonly Json[]), deleted] : [shown, deleted];
}
