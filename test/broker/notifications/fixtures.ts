import type { Change } from '../../../broker/domain/change/changes.ts';
import type { Attribute, Entity, Json, JsonObject } from '../../../broker/domain/entity.ts';
import {
  applyFragment,
  readFragment,
  type SubscriptionDocument,
} from '../../../broker/domain/subscription/subscription-document.ts';
import {
  type CompiledSubscription,
  compileSubscription,
} from '../../../broker/notifications/compile-subscription.ts';
import type { NotificationLog } from '../../../broker/notifications/log.ts';
import type { Delivery } from '../../../broker/store/delivery.ts';
import type { ChangeRecord } from '../../../broker/store/outbox.ts';
import { vocabulary } from '../../support/vocabulary.ts';
import { START } from './fake-time.ts';

export const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

/** The IRI of a name in the default vocabulary. */
export const iri = (name: string): string => vocabulary.expand(name);

export const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:1';

/** Members of a Subscription that notifies `uri` of every change of a Lamp. */
export function members(more: JsonObject = {}, endpoint: JsonObject = {}): JsonObject {
  return {
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri: 'http://receiver.example/notify', ...endpoint } },
    ...more,
  };
}

/** A Subscription as it is stored. */
export function documentOf(
  id: string,
  body: JsonObject = members(),
  modifiedAt = START,
): SubscriptionDocument {
  return {
    id,
    members: applyFragment({}, readFragment(body, vocabulary)),
    contextReference: CORE_URL,
    createdAt: START,
    modifiedAt,
  };
}

export function compiled(id: string, body: JsonObject = members()): CompiledSubscription {
  return compileSubscription(documentOf(id, body));
}

export function attribute(value: Json, more: Partial<Attribute> = {}): Attribute {
  return { kind: 'Property', value, createdAt: START, modifiedAt: START, ...more };
}

/** A Lamp with these Properties. */
export function lamp(
  id: string,
  values: Readonly<Record<string, Json>> = { level: 1 },
  more: Partial<Entity> = {},
): Entity {
  const attributes = Object.entries(values).map(([name, value]) => [iri(name), [attribute(value)]] as const);
  return {
    id,
    types: [iri('Lamp')],
    scopes: [],
    createdAt: START,
    modifiedAt: START,
    attributes: Object.fromEntries(attributes),
    ...more,
  };
}

/** The Change that every Attribute of the Entity makes. */
export function change(entity: Entity, kind: 'created' | 'updated' | 'deleted' = 'updated'): Change {
  const attributes = Object.entries(entity.attributes).flatMap(([name, instances]) =>
    instances.map((instance) => ({
      attribute: name,
      kind,
      ...(kind !== 'created' && { before: instance }),
      ...(kind !== 'deleted' && { after: instance }),
    })),
  );
  return {
    kind,
    ...(kind !== 'deleted' && { entity }),
    ...(kind !== 'created' && { before: entity }),
    attributes,
    typesChanged: kind === 'created',
    scopesChanged: false,
  };
}

/** The n-th write stamp. */
export const stampOf = (index: number): string => String(index).padStart(8, '0');

/** The n-th change record: a Lamp whose level is `index`, or what is given. */
export function record(index: number, entityId: string, more: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    tenant: '',
    stamp: stampOf(index),
    change: change(lamp(entityId, { level: index })),
    notify: [SUBSCRIPTION],
    at: START + index,
    ...more,
  };
}

/** The delivery of the n-th change. */
export function delivery(index: number, entityId: string, more: Partial<Delivery> = {}): Delivery {
  const { tenant, stamp, at, change: what } = record(index, entityId);
  const subscriptionId = more.subscriptionId ?? SUBSCRIPTION;
  return {
    id: `${stamp}/${subscriptionId}`,
    tenant,
    subscriptionId,
    entityId,
    order: stamp,
    at,
    change: what,
    ...more,
  };
}

/** A log that keeps its lines. */
export function keepingLog(): NotificationLog & {
  readonly lines: { level: string; message: string; fields: object }[];
} {
  const lines: { level: string; message: string; fields: object }[] = [];
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields });
  return { lines, error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug') };
}
