import { createHash, createHmac } from 'node:crypto';
import type { Resource } from '../broker-client.ts';
import { contextFor } from '../mapping/smart-data-models.ts';
import type { Json } from '../measurement.ts';
import type { WatchedCommands } from './watched-commands.ts';

/** A Subscription or Context Source Registration that the agent wants the broker to have. */
export interface BrokerResource {
  readonly kind: Resource;
  /** Follows from what it says: the same for every agent, another one when something is to change. */
  readonly id: string;
  readonly tenant: string;
  readonly context: string;
  readonly body: { readonly [member: string]: Json };
  /** The rule whose condition it tells of, if any: it is told when the broker does not take it. */
  readonly rule?: string;
}

/** Where the broker reaches the agent, without a path at its end. */
export interface NotifyAddress {
  readonly baseUrl: string;
  /** Whoever knows it may give commands in every tenant. */
  readonly secret: string;
}

/** Path of the agent's endpoints for brokers; a secret of the tenant follows. */
export const notifyPath = '/iot/notify';

/** Whoever may read a tenant's subscriptions knows this, and can give that tenant's commands alone. */
export function notifySecretOf(secret: string, tenant: string): string {
  return createHmac('sha256', secret).update(tenant).digest('hex');
}

/** Where the broker tells of a tenant; `path` begins with a slash. */
export function notifyUrl({ baseUrl, secret }: NotifyAddress, tenant: string, path = ''): string {
  const query = tenant === '' ? '' : `?tenant=${encodeURIComponent(tenant)}`;
  return `${baseUrl}${notifyPath}/${notifySecretOf(secret, tenant)}${path}${query}`;
}

/** The Subscription that tells of the commands, and the registration where one is wanted. */
export function resourcesOf(watched: WatchedCommands, address: NotifyAddress): readonly BrokerResource[] {
  const subscription = brokerResource(
    'subscriptions',
    'Subscription',
    watched,
    subscriptionTo(watched, address),
  );
  if (!watched.isRegistered) return [subscription];
  const body = registrationOf(watched, address);
  return [subscription, brokerResource('csourceRegistrations', 'ContextSourceRegistration', watched, body)];
}

/** One with an id that follows from the rest. */
export function brokerResource(
  kind: Resource,
  type: string,
  { tenant, entityType }: Pick<WatchedCommands, 'tenant' | 'entityType'>,
  content: BrokerResource['body'],
): BrokerResource {
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, content]))
    .digest('hex')
    .slice(0, 32);
  const id = `urn:ngsi-ld:${type}:carillon-agent:${hash}`;
  return { kind, id, tenant, context: contextFor(entityType), body: { id, type, ...content } };
}

/**
 * Clause 5.2.12. sysAttrs tells the times of changes. Our broker also tells of a command that is given again with an equal value:
 * `notifyUnchanged`, which is ours alone, with showChanges to know it by. Brokers that refuse or drop it get less (keep-resources.ts).
 */
function subscriptionTo({ tenant, entityType, names }: WatchedCommands, address: NotifyAddress) {
  return {
    description: 'Commands for devices, kept by their IoT agent',
    entities: [{ type: entityType }],
    watchedAttributes: names,
    notifyUnchanged: true,
    notification: {
      attributes: names,
      format: 'normalized',
      sysAttrs: true,
      showChanges: true,
      endpoint: { uri: notifyUrl(address, tenant), accept: 'application/json' },
    },
  };
}

/** Clause 5.2.9: updates of the commands are forwarded, and not kept by the broker. Its paths follow; a header names the tenant. */
function registrationOf({ tenant, entityType, names }: WatchedCommands, address: NotifyAddress) {
  return {
    description: 'Commands for devices, kept by their IoT agent',
    information: [{ entities: [{ type: entityType }], propertyNames: names }],
    mode: 'redirect',
    operations: ['updateEntity', 'appendAttrs'],
    endpoint: `${address.baseUrl}${notifyPath}/${notifySecretOf(address.secret, tenant)}`,
  };
}
