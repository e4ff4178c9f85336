import { ATTRIBUTE_KINDS } from './attribute-kinds.ts';
import type { AttributeChange, Change } from './change/changes.ts';
import { formatDateTime } from './date-time.ts';
import {
  type Attribute,
  type Entity,
  type Json,
  type JsonObject,
  type Micros,
  NGSI_LD_NULL,
} from './entity.ts';
import { isInstanceLike } from './parsing/layout.ts';
import { asFeature, geometryOf, toFeatureCollection } from './representation/feature.ts';
import { previousValue } from './representation/forms.ts';
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
  if (entity === undefined) {
    if (before === undefined) throw new Error('A change has the Entity before it, after it, or both.');
    const deleted = deletedEntity(before, change, at, content);
    return isGeoJson ? asFeature(deleted, null) : deleted;
  }
  const options = optionsFor(content.subscription, change, at);
  const body = withDeletions(represent(entity, content.vocabulary, options) ?? {}, change, at, content);
  return isGeoJson ? asFeature(body, geometryOf(entity, options)) : body;
}

function optionsFor(
  { notification, lang, datasetIds }: Subscription,
  change: Change,
  at: Micros,
): RepresentOptions {
  const { format, sysAttrs, projection, showChanges } = notification;
  return {
    now: at,
    form: format,
    sysAttrs,
    ...(projection !== undefined && { projection }),
    ...(datasetIds !== undefined && { datasetIds }),
    ...(lang !== undefined && { lang }),
    ...(showChanges && { previous: previousOf(change) }),
  };
}

/** What was updated as it was before, by Attribute and datasetId. */
function previousOf({ attributes }: Change): RepresentOptions['previous'] & object {
  const previous = new Map<string, Map<string | undefined, Attribute>>();
  for (const { attribute, datasetId, before, kind } of attributes) {
    if (kind !== 'updated' || before === undefined) continue;
    const instances = previous.get(attribute) ?? new Map<string | undefined, Attribute>();
    previous.set(attribute, instances.set(datasetId, before));
  }
  return previous;
}

/**
 * Of an Entity that is gone only what it was and when it went; with showChanges all that it had, and what of it a
 * Subscription to deleted Attributes watches (clause 5.8.6).
 */
function deletedEntity(
  { id, types, createdAt, modifiedAt }: Entity,
  change: Change,
  at: Micros,
  content: NotificationContent,
): JsonObject {
  const { sysAttrs } = content.subscription.notification;
  const body: JsonObject = {
    id,
    type: oneOrMany(types.map((type) => content.vocabulary.compact(type))),
    ...(sysAttrs && { createdAt: formatDateTime(createdAt), modifiedAt: formatDateTime(modifiedAt) }),
    deletedAt: formatDateTime(at),
  };
  const attributes = change.attributes.filter((gone) => isToldOfEntity(gone, content.subscription));
  return withDeletions(body, { ...change, attributes }, at, content);
}

function isToldOfEntity(
  { attribute }: AttributeChange,
  { notification, notificationTrigger: triggers, watchedAttributes }: Subscription,
): boolean {
  if (notification.showChanges) return true;
  if (triggers.includes('entityDeleted') || !triggers.includes('attributeDeleted')) return false;
  return watchedAttributes === undefined || watchedAttributes.includes(attribute);
}

/** Adds NGSI-LD Null for what the change deleted and the Subscription asks for. */
function withDeletions(
  body: JsonObject,
  { attributes, entity }: Change,
  at: Micros,
  { subscription, vocabulary }: NotificationContent,
): JsonObject {
  const deleted = attributes.filter(
    (change) => change.kind === 'deleted' && isAskedFor(change, subscription),
  );
  if (deleted.length === 0) return body;
  const { notification, datasetIds } = subscription;
  const members: Members = { ...body };
  for (const attribute of new Set(deleted.map((change) => change.attribute))) {
    const gone = deleted.filter((change) => change.attribute === attribute);
    const name = vocabulary.compact(attribute);
    const shown = Object.hasOwn(body, name) ? body[name] : undefined;
    const left = entity?.attributes[attribute] ?? [];
    setMember(members, name, withNulls(shown, gone, { ...notification, at, vocabulary, left, datasetIds }));
  }
  return members;
}

function isAskedFor(
  { attribute, datasetId }: AttributeChange,
  { notification: { projection }, datasetIds }: Subscription,
): boolean {
  if (projection !== undefined && !isProjected(projection, attribute)) return false;
  return datasetIds === undefined || datasetIds.has(datasetId ?? '@none');
}

/** How what was deleted is told. */
interface Telling extends Pick<NotificationParams, 'format' | 'sysAttrs' | 'showChanges'> {
  readonly at: Micros;
  readonly vocabulary: Vocabulary;
  /** The instances that the Attribute still has. */
  readonly left: readonly Attribute[];
  /** Those that the Subscription shows. */
  readonly datasetIds: Subscription['datasetIds'];
}

/**
 * An Attribute that is gone as a whole is one null, concise the bare URI; what went of several datasets, when, or what
 * it was before takes an instance each, beside those that are left.
 */
function withNulls(shown: Json | undefined, gone: readonly AttributeChange[], telling: Telling): Json {
  const { format, sysAttrs, showChanges } = telling;
  if (format === 'simplified')
    return shown === undefined ? NGSI_LD_NULL : withNullDatasets(shown, gone, telling);
  const [first] = gone as readonly [AttributeChange, ...AttributeChange[]];
  if (shown === undefined && !sysAttrs && !showChanges && isWhole(gone, telling)) {
    if (format === 'concise') return NGSI_LD_NULL;
    const { datasetId: _none, ...whole } = first;
    return nullInstance(whole, format, telling);
  }
  const nulls = gone.map((change) => nullInstance(change, format, telling));
  if (shown !== undefined) return [...asInstances(shown, telling), ...nulls];
  return nulls.length === 1 ? (nulls[0] as Json) : nulls;
}

/** What is left as it stands among several; alone it may be the bare value of the concise representation. */
function asInstances(shown: Json, telling: Telling): readonly Json[] {
  if (remaining(telling).length > 1) return shown as readonly Json[];
  return [isInstanceLike(shown) ? shown : { value: shown }];
}

/** The instances that the Attribute still has, of the datasets that the Subscription shows. */
function remaining({ left, datasetIds }: Telling): readonly Attribute[] {
  return left.filter(({ datasetId }) => datasetIds?.has(datasetId ?? '@none') ?? true);
}

/** True when no datasetId has to be told: the default instance went alone, or all that there were went together. */
function isWhole(gone: readonly AttributeChange[], { left }: Telling): boolean {
  return gone.length === 1 ? gone[0]?.datasetId === undefined : left.length === 0;
}

/** The simplified representation of several instances (clause 4.5.4), with those that went. */
function withNullDatasets(shown: Json, gone: readonly AttributeChange[], telling: Telling): Json {
  const [only, ...more] = remaining(telling);
  const kept =
    more.length === 0 ? { [only?.datasetId ?? '@none']: shown } : (shown as { dataset: JsonObject }).dataset;
  const nulls = gone.map(({ datasetId }) => [datasetId ?? '@none', NGSI_LD_NULL]);
  return { dataset: { ...kept, ...Object.fromEntries(nulls) } };
}

function nullInstance(
  { datasetId, before }: AttributeChange,
  format: 'normalized' | 'concise',
  { sysAttrs, showChanges, at, vocabulary }: Telling,
): Json {
  if (before === undefined) throw new Error('A deleted instance is known as it was.');
  const { valueMember, nullValue } = ATTRIBUTE_KINDS[before.kind];
  return {
    ...(format === 'normalized' && { type: before.kind }),
    [valueMember]: nullValue,
    ...(showChanges && previousValue(before, vocabulary, format)),
    ...(datasetId !== undefined && { datasetId }),
    ...(sysAttrs && {
      createdAt: formatDateTime(before.createdAt),
      modifiedAt: formatDateTime(at),
      deletedAt: formatDateTime(at),
    }),
  };
}
