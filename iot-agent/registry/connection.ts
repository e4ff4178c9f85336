import type { LorawanServer } from '../measurement.ts';
import type { TopicTemplate } from './topic-template.ts';

/** What is at the other end: an MQTT broker of plain devices, or a LoRaWAN network server. */
export type ConnectionType = 'mqtt' | LorawanServer;

/** An MQTT broker that the agent connects to. `password` and `key` are secrets, sealed when there is a key to seal with. */
export interface ConnectionMqtt {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** PEM text, or the name of a PEM file; certificate and key are the agent's own. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the broker must have a certificate that is vouched for; it must by default. */
  readonly rejectUnauthorized?: boolean;
  /** Another one for each agent; one of the agent's own by default. */
  readonly clientId?: string;
  /** Agents with the same one share the messages among them. */
  readonly shareGroup?: string;
  /** Topic filters in the place of the type's own, and templates of free-form messages. */
  readonly topics?: readonly (string | TopicTemplate)[];
}

/** The HTTP interface of a network server; `key` is a secret, as above. */
export interface ConnectionApi {
  readonly url: string;
  readonly key?: string;
}

/** A connection as it is kept. */
export interface ConnectionSettings {
  readonly name: string;
  readonly type: ConnectionType;
  readonly mqtt?: ConnectionMqtt;
  readonly api?: ConnectionApi;
  /** One that is not is kept, and not opened. */
  readonly enabled: boolean;
}

/** A connection of a tenant, by whose name it is unique. */
export interface ConnectionRecord {
  /** Empty for the default tenant. */
  readonly tenant: string;
  readonly settings: ConnectionSettings;
}

/** The name under which messages say what connection they came by: unique over all tenants. */
export function connectionKey(tenant: string, name: string): string {
  return tenant === '' ? name : `${tenant}/${name}`;
}

/** The tenant in a connection key; neither tenants' nor connections' names have a slash. */
export function tenantOfConnection(key: string): string {
  const end = key.indexOf('/');
  return end === -1 ? '' : key.slice(0, end);
}
