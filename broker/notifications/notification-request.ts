import { createHash } from 'node:crypto';
import type { Json } from '../domain/entity.ts';
import { stringifyJson } from '../domain/json-text.ts';
import { notificationBody } from '../domain/notification.ts';
import type { Endpoint, MqttTarget } from '../domain/subscription/subscription.ts';
import type { Context, Contexts } from '../jsonld/context.ts';
import type { StoredDelivery } from '../store/store.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import type { NotificationLog } from './log.ts';
import { receiverHeaders } from './receiver-headers.ts';

/** A notification ready to be sent. `timeout` in milliseconds. */
export interface NotificationRequest {
  readonly uri: string;
  /** Over MQTT the metadata. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Present where it goes by MQTT. */
  readonly mqtt?: MqttTarget;
  readonly timeout?: number;
}

/**
 * The request that tells of these changes, one data item each (clauses 5.3.1, 5.8.6, 6.3.8). The same deliveries give
 * the same id and notifiedAt, so that a receiver recognises what it gets twice.
 */
export async function toNotificationRequest(
  { subscription, contextReference }: CompiledSubscription,
  batch: readonly StoredDelivery[],
  { contexts, log }: { readonly contexts: Contexts; readonly log: NotificationLog },
): Promise<NotificationRequest> {
  const last = batch.at(-1);
  if (!last) throw new Error('A notification needs at least one delivery.');
  const { endpoint } = subscription.notification;
  const context = await contextOf(endpoint, contextReference, last.tenant, { contexts, log });
  const carriesContext = inBody(endpoint);
  const body = notificationBody({
    id: `urn:ngsi-ld:Notification:${createHash('sha256').update(last.id).digest('hex').slice(0, 32)}`,
    subscription,
    notifiedAt: last.at,
    changes: batch,
    vocabulary: context,
    ...(carriesContext && { contextReference: context.reference }),
  });
  return {
    uri: endpoint.uri,
    headers: receiverHeaders(endpoint, last, carriesContext ? undefined : context.url),
    body: stringifyJson(body),
    ...(endpoint.mqtt !== undefined && { mqtt: endpoint.mqtt }),
    ...(endpoint.timeout !== undefined && { timeout: endpoint.timeout }),
  };
}

/** True when the @context goes into the data: for JSON-LD, and for GeoJSON unless `Prefer: body=json` (clause 5.3.1). */
function inBody({ accept, receiverInfo }: Endpoint): boolean {
  if (accept !== 'application/geo+json') return accept === 'application/ld+json';
  return !receiverInfo.some(
    ({ key, value }) => key.toLowerCase() === 'prefer' && /^\s*body\s*=\s*"?json"?\s*$/i.test(value),
  );
}

/** The @context of the notification; the core one, whose names are IRIs, where a receiver could not be told another. */
async function contextOf(
  endpoint: Endpoint,
  reference: Json,
  tenant: string,
  { contexts, log }: { readonly contexts: Contexts; readonly log: NotificationLog },
): Promise<Context> {
  try {
    const context = await contexts.resolve(reference);
    if (inBody(endpoint)) return context;
    await context.publish?.(tenant);
    return context.url === undefined ? contexts.core : context;
  } catch (error) {
    log.warn(
      { err: error, context: reference },
      'the @context of a subscription is not available: notifying with IRIs',
    );
    return contexts.core;
  }
}
