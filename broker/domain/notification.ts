import type { AttributeChange, Change } from './change/changes.ts';
import { formatDateTime } from './date-time.ts';
import type { Attribute, Entity, Json, JsonObject, Micros } from './entity.ts';
import { withoutExpired } from './expiry.ts';
import { withDeletions } from './notified-deletions.ts';
import { type AmendedChange, conformChange } from './representation/conform-change.ts';
import { conformTo, NEWEST_MINOR } from './representation/conformance.ts';
import { createEmbedder, type Embedder } from './representation/embed-linked.ts';
import { asFeature, geometryOf, toFeatureCollection } from './representation/feature.ts';
import {
  flattened,
  type LinkedEntities,
  type Walk,
  walkLinkedEntities,
} from './representation/linked-entities.ts';
import { oneOrMany, type RepresentOptions, represent } from './representation/represent.ts';
import type { Subscription } from './subscription/subscription.ts';
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
  /** What `walkNotified` found, where the Subscription joins Linked Entities. */
  readonly linked?: LinkedEntities;
}

/**
 * Finds the Linked Entities of a notification (clause 4.5.23.1), as they are when they are read; undefined where the
 * Subscription joins none.
 * @throws NgsiLdError TooManyResults
 */
export function* walkNotified({
  subscription,
  changes,
  notifiedAt,
}: Pick<NotificationContent, 'subscription' | 'changes' | 'notifiedAt'>): Walk<LinkedEntities | undefined> {
  const { join, projection } = subscription.notification;
  if (join === undefined) return undefined;
  const { datasetIds } = subscription;
  const entities = changes.flatMap(({ change }) => change.entity ?? []);
  return yield* walkLinkedEntities(entities, {
    ...{ join, now: notifiedAt },
    ...(projection !== undefined && { projection }),
    ...(datasetIds !== undefined && { datasetIds }),
  });
}

/**
 * The body of a notification (clause 5.3.1): Entities, or a FeatureCollection for application/geo+json.
 * @throws NgsiLdError TooManyResults, where more Linked Entities are to be embedded than one answer may have
 */
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
  const embedInto = embedderOf(content);
  const items = changes.map(({ change, at }) => dataItem({ change, at, content, isGeoJson, embedInto }));
  const all = [...items, ...behind(content, isGeoJson)];
  return isGeoJson
    ? { ...toFeatureCollection(all), ...context }
    : all.map((entity) => ({ ...entity, ...context }));
}

/** Linked Entities within their Relationships (clause 4.5.23.2): no Features, also in GeoJSON (clause 5.2.6). */
function embedderOf(content: NotificationContent): Embedder | undefined {
  const { subscription, linked, notifiedAt } = content;
  const { join, projection } = subscription.notification;
  if (linked === undefined || join?.kind !== 'inline') return undefined;
  return createEmbedder(
    linked,
    { join, ...(projection !== undefined && { projection }) },
    (entity, options) =>
      showLinked(entity, { ...linkedOptions(subscription, notifiedAt), ...options }, content),
  );
}

/** Linked Entities behind those that link to them (clause 4.5.23.3). */
function behind(content: NotificationContent, isGeoJson: boolean): readonly JsonObject[] {
  const { subscription, linked, notifiedAt } = content;
  if (linked === undefined || subscription.notification.join?.kind !== 'flat') return [];
  return flattened(linked)
    .map(({ entity, projection }) => {
      const options = {
        ...linkedOptions(subscription, notifiedAt),
        ...(projection !== undefined && { projection }),
      };
      const shown = showLinked(entity, options, content);
      return shown && isGeoJson ? asFeature(shown, geometryOf(entity, options)) : shown;
    })
    .filter((shown) => shown !== undefined);
}

function linkedOptions({ notification, lang, datasetIds }: Subscription, now: Micros): RepresentOptions {
  return {
    now,
    form: notification.format,
    sysAttrs: notification.sysAttrs,
    ...(datasetIds !== undefined && { datasetIds }),
    ...(lang !== undefined && { lang }),
  };
}

/** A Linked Entity, in the version of the standard that is asked for. */
function showLinked(
  entity: Entity,
  options: RepresentOptions,
  { subscription: { conformance }, vocabulary }: NotificationContent,
): JsonObject | undefined {
  if (conformance === undefined || conformance >= NEWEST_MINOR) return represent(entity, vocabulary, options);
  const amended = conformTo(conformance, withoutExpired(entity, options.now), vocabulary, options);
  return represent(amended.entity, vocabulary, amended.options);
}

interface Item {
  readonly change: Change;
  readonly at: Micros;
  readonly content: NotificationContent;
  readonly isGeoJson: boolean;
  readonly embedInto: Embedder | undefined;
}

/** The Entity as it is after the change (clause 5.8.6); empty when the Subscription picks nothing that it has. */
function dataItem({ change: given, at, content, isGeoJson, embedInto }: Item): JsonObject {
  const { subscription, vocabulary } = content;
  const { showChanges } = subscription.notification;
  const { change, options } = amended(given, at, content);
  const { entity, before } = change;
  const telling = { ...options, showChanges, vocabulary, at };
  if (entity === undefined) {
    if (before === undefined) throw new Error('A change has the Entity before it, after it, or both.');
    const attributes = change.attributes.filter((gone) => isToldOfEntity(gone, subscription));
    const deleted = withDeletions(deletedEntity(before, at, content), { attributes }, telling);
    return isGeoJson ? asFeature(deleted, null) : deleted;
  }
  const shown = represent(entity, vocabulary, {
    ...options,
    ...(showChanges && { previous: previousOf(change) }),
    ...(embedInto !== undefined && { embed: embedInto(entity) }),
  });
  const body = withDeletions(shown ?? {}, change, telling);
  return isGeoJson ? asFeature(body, geometryOf(entity, options)) : body;
}

/** The change in the version of the standard that is asked for, and how it is shown. */
function amended(
  change: Change,
  at: Micros,
  { subscription, vocabulary }: NotificationContent,
): AmendedChange {
  const { conformance, notification } = subscription;
  const { projection } = notification;
  const options = {
    ...linkedOptions(subscription, at),
    ...(projection !== undefined && { projection }),
  };
  if (conformance === undefined || conformance >= NEWEST_MINOR) return { change, options };
  return conformChange(conformance, change, vocabulary, options);
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
 * Subscription to deleted Attributes watches, comes on top (clause 5.8.6).
 */
function deletedEntity(
  { id, types, createdAt, modifiedAt }: Entity,
  at: Micros,
  { subscription, vocabulary }: NotificationContent,
): JsonObject {
  return {
    id,
    type: oneOrMany(types.map((type) => vocabulary.compact(type))),
    ...(subscription.notification.sysAttrs && {
      createdAt: formatDateTime(createdAt),
      modifiedAt: formatDateTime(modifiedAt),
    }),
    deletedAt: formatDateTime(at),
  };
}

function isToldOfEntity(
  { attribute }: AttributeChange,
  { notification, notificationTrigger: triggers, watchedAttributes }: Subscription,
): boolean {
  if (notification.showChanges) return true;
  if (triggers.includes('entityDeleted') || !triggers.includes('attributeDeleted')) return false;
  return watchedAttributes === undefined || watchedAttributes.includes(attribute);
}
