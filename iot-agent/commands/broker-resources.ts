import { createHash } from 'node:crypto';
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
}

/** Where the broker reaches the agent, without a path at its end. */
export interface NotifyAddress {
  readonly baseUrl: string;
  /** Whoever knows it may give commands. */
  readonly secret: string;
}

/** Path of the agent's endpoints for brokers; the secret follows. */
export const notifyPath = '/iot/notify';

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

/** Clause 5.2.12: only members that every broker has, but for sysAttrs, without which times of changes are not told. */
function subscriptionTo({ tenant, entityType, names }: WatchedCommands, address: NotifyAddress) {
  const { baseUrl, secret } = address;
  const query = tenant === '' ? '' : `?tenant=${encodeURIComponent(tenant)}`;
  return {
    description: 'Commands for devices, kept by their IoT agent',
    entities: [{ type: entityType }],
    watchedAttributes: names,
    notification: {
      attributes: names,
      format: 'normalized',
      sysAttrs: true,
      endpoint: { uri: `${baseUrl}${notifyPath}/${secret}${query}`, accept: 'application/json' },
    },
  };
}

/** Clause 5.2.9: updates of the commands are forwarded, and not kept by the broker. */
function registrationOf({ entityType, names }: WatchedCommands, { baseUrl, secret }: NotifyAddress) {
  return {
    description: 'Commands for devices, kept by their IoT agent',
    information: [{ entities: [{ type: entityType }], propertyNames: names }],
    mode: 'redirect',
    operations: ['updateEntity', 'appendAttrs'],
    endpoint: `${baseUrl}${notifyPath}/${secret}`,
  };
}
