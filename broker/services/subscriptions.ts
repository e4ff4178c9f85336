import { formatDateTime } from '../domain/date-time.ts';
import type { Json, JsonObject, Micros } from '../domain/entity.ts';
import { badRequest, NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import { presentMembers } from '../domain/subscription/present-subscription.ts';
import { type Subscription, statusOf } from '../domain/subscription/subscription.ts';
import {
  applyFragment,
  identify,
  readFragment,
  readMembers,
  type SubscriptionDocument,
  type SubscriptionFragment,
  toSubscription,
} from '../domain/subscription/subscription-document.ts';
import { DEFAULT_TRIGGERS } from '../domain/subscription/subscription-members.ts';
import type { Context, Contexts } from '../jsonld/context.ts';
import type { NotificationStatus, NotificationStatuses } from '../notifications/notification-status.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { SUBSCRIPTION_KIND, type SubscriptionMirror } from '../notifications/subscription-mirror.ts';
import type { Documents } from '../store/documents.ts';
import { ensureTenant, type Tenants } from './ensure-tenant.ts';

export interface SubscriptionServiceParts {
  readonly tenants: Tenants;
  readonly documents: Documents;
  readonly contexts: Pick<Contexts, 'resolve'>;
  readonly mirror: Pick<SubscriptionMirror, 'put' | 'remove'>;
  readonly notifier: Pick<Notifier, 'drop'>;
  readonly statuses: Pick<NotificationStatuses, 'read' | 'readMany' | 'remove'>;
  readonly now: () => Micros;
  /** A new URI for a Subscription. */
  readonly newId: () => string;
}

/** Whose Subscriptions, and in which @context names are read and written. */
export interface SubscriptionScope {
  readonly tenant: string;
  readonly context: Context;
}

/** How a Subscription is to be shown: `sysAttrs` adds createdAt and modifiedAt. */
export interface SubscriptionView extends SubscriptionScope {
  readonly sysAttrs: boolean;
}

/** The operations of clause 5.8 on Subscriptions, each as the clause names it. */
export interface SubscriptionService {
  /** Answers the id. @throws BadRequestData, AlreadyExists, LdContextNotAvailable (clause 5.8.1) */
  createSubscription(body: Json, scope: SubscriptionScope): Promise<string>;
  /** @throws BadRequestData, ResourceNotFound, LdContextNotAvailable (clause 5.8.2) */
  updateSubscription(id: string, body: Json, scope: SubscriptionScope): Promise<void>;
  /** @throws BadRequestData, ResourceNotFound (clause 5.8.3) */
  retrieveSubscription(id: string, view: SubscriptionView): Promise<JsonObject>;
  /** A page in order of creation, and how many there are in all (clause 5.8.4). */
  querySubscriptions(
    page: { readonly offset: number; readonly limit: number },
    view: SubscriptionView,
  ): Promise<{ readonly subscriptions: readonly JsonObject[]; readonly count: number }>;
  /** Nothing is sent for it any more, retries neither. @throws BadRequestData, ResourceNotFound (clause 5.8.5) */
  deleteSubscription(id: string, tenant: string): Promise<void>;
}

/** The service over the store, the mirror in memory and the notifier. */
export function createSubscriptionService(parts: SubscriptionServiceParts): SubscriptionService {
  return {
    createSubscription: (body, scope) => create(parts, body, scope),
    updateSubscription: (id, body, scope) => update(parts, id, body, scope),
    retrieveSubscription: (id, view) => retrieve(parts, id, view),
    querySubscriptions: (page, view) => query(parts, page, view),
    deleteSubscription: (id, tenant) => remove(parts, id, tenant),
  };
}

async function create(
  { tenants, documents, contexts, mirror, now, newId }: SubscriptionServiceParts,
  body: Json,
  { tenant, context }: SubscriptionScope,
): Promise<string> {
  const id = identify(body, 'required') ?? newId();
  const at = now();
  const members = readMembers(body, context);
  const document: SubscriptionDocument = {
    id,
    members,
    contextReference: context.reference,
    createdAt: at,
    modifiedAt: at,
  };
  await check(document, new Set(Object.keys(members)), contexts, at);
  await ensureTenant(tenants, tenant);
  // Notifications, and whoever reads the Subscription, are pointed to it.
  if (members['jsonldContext'] === undefined) await context.publish?.(tenant);
  if (!(await documents.create(SUBSCRIPTION_KIND, tenant, id, toJson(document))))
    throw new NgsiLdError(
      'AlreadyExists',
      `There is a Subscription ${id} already: update it, or give another id.`,
    );
  mirror.put(tenant, document);
  return id;
}

async function update(
  { documents, contexts, mirror, now }: SubscriptionServiceParts,
  id: string,
  body: Json,
  { tenant, context }: SubscriptionScope,
): Promise<void> {
  requireUri(id, 'id');
  const given = identify(body, 'optional');
  if (given !== undefined && given !== id)
    throw badRequest(`The id of a Subscription cannot be changed: leave it out, or give ${id}.`);
  const fragment = readFragment(body, context);
  const at = now();
  const current = await documents.get(SUBSCRIPTION_KIND, tenant, id);
  if (current === undefined) throw notFound(id);
  // Resolving an @context may take its time, so it is done before the update, which is pure.
  await check(updated(toDocument(current), fragment, at), givenIn(fragment), contexts, at);
  const stored = await documents.update(SUBSCRIPTION_KIND, tenant, id, (body) => {
    const document = updated(toDocument(body), fragment, at);
    toSubscription(document);
    return toJson(document);
  });
  if (stored === undefined) throw notFound(id);
  mirror.put(tenant, toDocument(stored));
}

function updated(
  document: SubscriptionDocument,
  fragment: SubscriptionFragment,
  at: Micros,
): SubscriptionDocument {
  const members = applyFragment(document.members, fragment);
  return {
    ...document,
    members: isRevived(document, fragment, at) ? activated(members) : members,
    modifiedAt: Math.max(at, document.modifiedAt + 1),
  };
}

/** True when a time to come alone makes an expired Subscription active, also one that was paused (clause 5.8.2.4). */
function isRevived(document: SubscriptionDocument, fragment: SubscriptionFragment, at: Micros): boolean {
  if (!fragment.get('expiresAt') || fragment.has('isActive')) return false;
  return statusOf(toSubscription(document), at) === 'expired';
}

/** Active is what a Subscription is that does not say otherwise. */
function activated({ isActive: _paused, ...rest }: SubscriptionDocument['members']) {
  return rest;
}

function givenIn(fragment: SubscriptionFragment): ReadonlySet<string> {
  return new Set([...fragment].filter(([, member]) => member !== null).map(([name]) => name));
}

/** What no member tells alone: members that go together, a future expiresAt and an @context that is there. */
async function check(
  document: SubscriptionDocument,
  given: ReadonlySet<string>,
  contexts: Pick<Contexts, 'resolve'>,
  now: Micros,
): Promise<void> {
  const { expiresAt, jsonldContext } = toSubscription(document);
  if (given.has('expiresAt') && expiresAt !== undefined && expiresAt <= now)
    throw badRequest(
      `expiresAt ${formatDateTime(expiresAt)} is in the past: give a time to come, or leave it out.`,
    );
  if (given.has('jsonldContext') && jsonldContext !== undefined) await contexts.resolve(jsonldContext);
}

async function retrieve(
  { documents, statuses, contexts, now }: SubscriptionServiceParts,
  id: string,
  view: SubscriptionView,
): Promise<JsonObject> {
  requireUri(id, 'id');
  const [body, status] = await Promise.all([
    documents.get(SUBSCRIPTION_KIND, view.tenant, id),
    statuses.read(view.tenant, id),
  ]);
  if (body === undefined) throw notFound(id);
  return present(toDocument(body), status, { view, now: now(), contexts });
}

async function query(
  { documents, statuses, contexts, now }: SubscriptionServiceParts,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  view: SubscriptionView,
): Promise<{ readonly subscriptions: readonly JsonObject[]; readonly count: number }> {
  const { rows, count } = await documents.page(SUBSCRIPTION_KIND, view.tenant, { offset, limit });
  const ids = rows.map(({ id }) => id);
  const known = await statuses.readMany(view.tenant, ids);
  const at = now();
  const subscriptions = rows.map(({ id, body }) =>
    present(toDocument(body), known.get(id), { view, now: at, contexts }),
  );
  return { subscriptions: await Promise.all(subscriptions), count };
}

async function remove(
  { documents, mirror, notifier, statuses }: SubscriptionServiceParts,
  id: string,
  tenant: string,
): Promise<void> {
  requireUri(id, 'id');
  const existed = await documents.remove(SUBSCRIPTION_KIND, tenant, id);
  mirror.remove(tenant, id);
  // Also when it was gone already: an earlier attempt may have ended half way.
  await notifier.drop(tenant, id);
  await statuses.remove(tenant, id);
  if (!existed) throw notFound(id);
}

/** As given, and what only the broker knows (tables 5.2.12-2, 5.2.14.2-1). */
async function present(
  document: SubscriptionDocument,
  status: NotificationStatus | undefined,
  {
    view,
    now,
    contexts,
  }: { readonly view: SubscriptionView; readonly now: Micros; readonly contexts: Pick<Contexts, 'resolve'> },
): Promise<JsonObject> {
  const { isActive, expiresAt, jsonldContext } = readable(document);
  const { notification, ...members } = presentMembers(document, view.context);
  const context = jsonldContext ?? (await urlOf(document.contextReference, view.tenant, contexts));
  return {
    id: document.id,
    type: 'Subscription',
    ...members,
    notificationTrigger: members['notificationTrigger'] ?? DEFAULT_TRIGGERS,
    notification: { ...(notification as JsonObject), ...(status && presentStatus(status)) },
    ...(context !== undefined && { jsonldContext: context }),
    status: statusOf({ isActive, ...(expiresAt !== undefined && { expiresAt }) }, now),
    ...(view.sysAttrs && {
      createdAt: formatDateTime(document.createdAt),
      modifiedAt: formatDateTime(document.modifiedAt),
    }),
  };
}

/** What is told of one that this version cannot read: it notifies nobody, and must not hide the others. */
function readable(
  document: SubscriptionDocument,
): Pick<Subscription, 'isActive' | 'expiresAt' | 'jsonldContext'> {
  try {
    return toSubscription(document);
  } catch {
    const context = document.members['jsonldContext']?.given;
    return { isActive: false, ...(typeof context === 'string' && { jsonldContext: context }) };
  }
}

/** The URL under which a receiver finds the @context of notifications (clause 5.8.1.4), if there is one. */
async function urlOf(
  reference: Json,
  tenant: string,
  contexts: Pick<Contexts, 'resolve'>,
): Promise<string | undefined> {
  if (typeof reference === 'string') return reference;
  try {
    const context = await contexts.resolve(reference);
    await context.publish?.(tenant);
    return context.url;
  } catch {
    // It cannot be had now; the Subscription can still be read.
    return undefined;
  }
}

function presentStatus(status: NotificationStatus): JsonObject {
  const { timesSent, timesFailed, lastNotification, lastSuccess, lastFailure, lastError } = status;
  const failed = lastFailure !== undefined && (lastSuccess === undefined || lastFailure > lastSuccess);
  return {
    status: failed ? 'failed' : 'ok',
    timesSent,
    ...(timesFailed > 0 && { timesFailed }),
    lastNotification: formatDateTime(lastNotification),
    ...(lastSuccess !== undefined && { lastSuccess: formatDateTime(lastSuccess) }),
    ...(lastFailure !== undefined && { lastFailure: formatDateTime(lastFailure) }),
    ...(lastError !== undefined && { lastFailureReason: lastError }),
  };
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no Subscription ${id}.`);
}

function toJson(document: SubscriptionDocument): Json {
  return document as unknown as JsonObject;
}

function toDocument(body: Json): SubscriptionDocument {
  return body as unknown as SubscriptionDocument;
}
