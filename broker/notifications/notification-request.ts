import { createHash } from 'node:crypto';
import type { Json } from '../domain/entity.ts';
import { stringifyJson } from '../domain/json-text.ts';
import { notificationBody, walkNotified } from '../domain/notification.ts';
import type { Endpoint, MqttTarget } from '../domain/subscription/subscription.ts';
import type { Context, Contexts } from '../jsonld/context.ts';
import type { StoredDelivery } from '../store/delivery.ts';
import { createJudge } from '../store/judge-candidates.ts';
import type { LinkedStore } from '../store/read-many.ts';
import type { Store } from '../store/store.ts';
import { supplyWalk } from '../store/supply-walk.ts';
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

/** Where a notification finds what is not in its deliveries. */
export interface RequestParts {
  readonly contexts: Contexts;
  /** Holds the Linked Entities. */
  readonly store: Pick<Store, 'of'>;
  readonly log: NotificationLog;
}

/**
 * The request that tells of these changes, one data item each (clauses 5.3.1, 5.8.6, 6.3.8); undefined when none of
 * them meets a `q` that follows Relationships. The same deliveries give the same id and notifiedAt, so that a receiver
 * recognises what it gets twice. Linked Entities, for `q` as for `join`, are those that there are now.
 * @throws NgsiLdError Unavailable; TooManyResults and TooComplexQuery where Relationships lead to too many Entities
 */
export async function toNotificationRequest(
  compiled: CompiledSubscription,
  batch: readonly StoredDelivery[],
  parts: RequestParts,
): Promise<NotificationRequest | undefined> {
  const last = batch.at(-1);
  if (!last) throw new Error('A notification needs at least one delivery.');
  const { subscription } = compiled;
  const { endpoint, join } = subscription.notification;
  const store = parts.store.of(last.tenant);
  const changes = await matching(compiled, batch, store);
  if (changes.length === 0) return undefined;
  const context = await contextOf(endpoint, compiled.contextReference, last.tenant, parts);
  const carriesContext = inBody(endpoint);
  const about = { subscription, changes, notifiedAt: last.at };
  const linked = join && (await supplyWalk(walkNotified(about), store));
  const body = notificationBody({
    ...about,
    id: `urn:ngsi-ld:Notification:${createHash('sha256').update(last.id).digest('hex').slice(0, 32)}`,
    vocabulary: context,
    ...(carriesContext && { contextReference: context.reference }),
    ...(linked && { linked }),
  });
  return {
    uri: endpoint.uri,
    headers: receiverHeaders(endpoint, last, carriesContext ? undefined : context.url),
    body: stringifyJson(body),
    ...(endpoint.mqtt !== undefined && { mqtt: endpoint.mqtt }),
    ...(endpoint.timeout !== undefined && { timeout: endpoint.timeout }),
  };
}

/** Those whose Entities meet the linked part of `q`, as they are after the change; deleted ones as they were. */
async function matching(
  { linkedQuery }: CompiledSubscription,
  batch: readonly StoredDelivery[],
  store: LinkedStore,
): Promise<readonly StoredDelivery[]> {
  if (linkedQuery === undefined) return batch;
  const matches: StoredDelivery[] = [];
  for (const delivery of batch) {
    const entity = delivery.change.entity ?? delivery.change.before;
    if (entity === undefined) continue;
    const found = await createJudge(store, linkedQuery, delivery.at)([entity]);
    if (found.length > 0) matches.push(delivery);
  }
  return matches;
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
  { contexts, log }: Pick<RequestParts, 'contexts' | 'log'>,
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
