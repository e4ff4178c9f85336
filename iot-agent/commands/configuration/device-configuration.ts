import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../../runtime/clock.ts';
import type { Logger } from '../../../runtime/logger.ts';
import type { BrokerClient } from '../../broker-client.ts';
import { BrokerDown, reach } from '../../delivery/deliver.ts';
import { describe, isDown } from '../../delivery/outcomes.ts';
import { entityId } from '../../mapping/entity-ids.ts';
import { contextFor } from '../../mapping/smart-data-models.ts';
import type { Json } from '../../measurement.ts';
import { RegistryAway } from '../../registry/registry-away.ts';
import {
  type ConfigurationRequest,
  configurationText,
} from '../../transports/plain/configuration-request.ts';
import type { ConfigurationOutcome } from '../../transports/plain/plain-devices.ts';
import type { Publisher } from '../../transports/publisher.ts';
import { type BrokerResource, brokerResource, type NotifyAddress, notifyUrl } from '../broker-resources.ts';
import type { CommandDevice, CommandDevices } from '../command-devices.ts';
import { CommandError, NotNow } from '../command-error.ts';
import { changesOfEntity, type ParsedNotification } from '../parse-notification.ts';
import { isCalled } from '../told-name.ts';
import { request as post } from '../ways/request.ts';
import { endpointOf } from '../ways/way.ts';
import type { ConfigurationSubscription, ConfigurationSubscriptions } from './subscriptions.ts';

/** What answering devices asks. */
export interface ConfigurationParts {
  readonly subscriptions: ConfigurationSubscriptions;
  readonly devices: Pick<CommandDevices, 'bySender' | 'find'>;
  readonly broker: Pick<BrokerClient, 'retrieve'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined until there is something to send by. */
  readonly outlets: () => ConfigurationOutlets | undefined;
  /** There is a subscription more. */
  readonly changed: () => void;
}

/** What answers leave the agent by. */
export interface ConfigurationOutlets {
  readonly publisher: Publisher;
  /** For URLs that clients give. */
  readonly deviceHttp: Dispatcher;
}

/** What devices are told of the values of their Entities. */
export interface DeviceConfiguration {
  /** Answers a device, and keeps that it wants to hear of changes if it does. Never rejects. */
  answer(request: ConfigurationRequest, by: 'mqtt' | 'http'): Promise<ConfigurationOutcome>;
  /** Tells the device of a subscription of the tenant of what has changed; false when there is no such subscription (any more). Rejects when it cannot be told now. */
  tell(tenant: string, id: string, notification: ParsedNotification): Promise<boolean>;
  /** The Subscriptions that the broker has to have for them. Rejects with RegistryAway. */
  resources(address: NotifyAddress): Promise<readonly BrokerResource[]>;
}

type Values = { readonly [name: string]: Json };

/** Answers from what the broker has. */
export function deviceConfiguration(parts: ConfigurationParts): DeviceConfiguration {
  const { subscriptions, devices, clock, changed } = parts;
  const answer: DeviceConfiguration['answer'] = async (request, by) => {
    const target = await devices.bySender(request.apikey, request.deviceId);
    if (target === undefined) {
      const reason = `no device ${request.deviceId} is registered with this apikey: POST /iot/devices`;
      return { kind: 'refused', reason };
    }
    const values = await valuesOf(parts, target, request.fields);
    if (request.type === 'subscription') {
      const owner = { tenant: target.record.tenant, deviceId: request.deviceId };
      if (await subscriptions.add({ owner, by, request }, clock.now())) changed();
    }
    return { kind: 'answered', text: await send(parts, target, request, by, values) };
  };
  return {
    answer: (request, by) => answer(request, by).catch((error: unknown) => outcomeOf(parts, error)),
    tell: async (tenant, id, { changes }) => {
      const subscription = await subscriptions.get(id);
      if (subscription?.owner.tenant !== tenant) return false;
      const target = await devices.find(subscription.owner);
      if (target === undefined) return false;
      const { request, by } = subscription;
      await send(parts, target, request, by, picked(changes, request.fields));
      return true;
    },
    resources: async (address) => {
      const wanted: BrokerResource[] = [];
      for (const subscription of await subscriptions.all()) {
        const target = await devices.find(subscription.owner);
        if (target === undefined) await subscriptions.remove(subscription.id);
        else wanted.push(resourceOf(subscription, target, address));
      }
      return wanted;
    },
  };
}

function outcomeOf({ log }: ConfigurationParts, error: unknown): ConfigurationOutcome {
  if (error instanceof RegistryAway || error instanceof BrokerDown || error instanceof NotNow)
    return { kind: 'away', reason: `the values cannot be had now (${error.message}): ask again later` };
  log.error({ err: error }, 'answering the question of a device failed');
  return { kind: 'refused', reason: 'the agent failed to answer; its log tells why' };
}

/** Those that the Entity has; an Entity that is not there yet has none. @throws BrokerDown */
async function valuesOf(
  { broker }: ConfigurationParts,
  { device }: CommandDevice,
  fields: readonly string[],
): Promise<Values> {
  const { tenant, entityType, entityName } = device;
  const request = { tenant, context: contextFor(entityType), correlationId: randomUUID() };
  const found = await reach(broker.retrieve(entityId(entityType, entityName), request));
  if (isDown(found.status)) throw new BrokerDown(describe(found), found.retryAfter);
  return found.status === 200 ? picked(changesOfEntity(found.body), fields) : {};
}

/** The values of the Attributes; of several instances the one without a dataset. */
function picked(changes: ParsedNotification['changes'], fields: readonly string[]): Values {
  const values = fields.flatMap((name) => {
    const instances = changes.filter((change) => isCalled(change.name, name));
    const one = instances.find(({ datasetId }) => datasetId === undefined) ?? instances[0];
    return one === undefined ? [] : [[name, one.value] as const];
  });
  return Object.fromEntries(values);
}

/** Resolves to what the device is told. @throws NotNow when it must be told by MQTT, and cannot be now */
async function send(
  parts: ConfigurationParts,
  target: CommandDevice,
  request: ConfigurationRequest,
  by: 'mqtt' | 'http',
  values: Values,
): Promise<string> {
  const { clock, log, outlets } = parts;
  const text = configurationText(request, values, clock.now());
  const ways = outlets();
  if (by === 'http') {
    const endpoint = endpointOf(target);
    // By HTTP the answer holds it as well.
    if (ways !== undefined && endpoint !== undefined)
      await postTo(ways, endpoint, request, text).catch((error: unknown) => {
        if (!(error instanceof CommandError || error instanceof NotNow)) throw error;
        const { deviceId: device } = request;
        log.warn({ device, reason: error.message }, 'a device cannot be told values at its endpoint');
      });
    return text;
  }
  const topic = `/${request.apikey}/${request.deviceId}/configuration/values`;
  const options = { qos: 1, retain: false } as const;
  await (ways?.publisher.publish(request.connection, topic, Buffer.from(text), options) ?? notYet()).catch(
    (error: Error) => {
      throw new NotNow(error.message);
    },
  );
  return text;
}

async function notYet(): Promise<void> {
  throw new NotNow('the agent is starting');
}

async function postTo(
  { deviceHttp }: ConfigurationOutlets,
  endpoint: string,
  { protocol }: ConfigurationRequest,
  text: string,
): Promise<void> {
  const url = `${endpoint.replace(/\/+$/, '')}/configuration/values`;
  if (!URL.canParse(url)) throw new CommandError('its endpoint is no URL');
  const headers = { 'content-type': protocol === 'ultralight' ? 'text/plain' : 'application/json' };
  const { status } = await post(deviceHttp, { method: 'POST', url, headers, body: text });
  if (status >= 300) throw new CommandError(`it answers ${status}`);
}

/** Clause 5.2.12. */
function resourceOf(
  { id, request }: ConfigurationSubscription,
  { device }: CommandDevice,
  address: NotifyAddress,
): BrokerResource {
  const { tenant, entityType, entityName } = device;
  const names = [...request.fields].sort();
  return brokerResource(
    'subscriptions',
    'Subscription',
    { tenant, entityType },
    {
      description: 'Values that a device wants to hear of, kept by its IoT agent',
      entities: [{ id: entityId(entityType, entityName), type: entityType }],
      watchedAttributes: names,
      notification: {
        attributes: names,
        format: 'normalized',
        endpoint: {
          uri: notifyUrl(address, tenant, `/configuration/${id}`),
          accept: 'application/json',
        },
      },
    },
  );
}
