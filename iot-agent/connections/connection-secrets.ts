import { type ConnectionRecord, type ConnectionSettings, connectionKey } from '../registry/connection.ts';
import { isPemText } from '../transports/mqtt-options.ts';
import type { SecretBox } from './secret-box.ts';

/** What stands in the place of a secret wherever people see it; sent back, it means the secret that is there. */
export const hidden = '***';

type Change = (secret: string, place: string) => string;

/** The settings with each of their secrets changed: the password, the private key, the key of the HTTP interface. */
function withSecrets(settings: ConnectionSettings, change: Change): ConnectionSettings {
  const { mqtt, api } = settings;
  const password = mqtt?.password === undefined ? {} : { password: change(mqtt.password, 'mqtt.password') };
  const key = mqtt?.key === undefined ? {} : { key: change(mqtt.key, 'mqtt.key') };
  const apiKey = api?.key === undefined ? {} : { key: change(api.key, 'api.key') };
  return {
    ...settings,
    ...(mqtt && { mqtt: { ...mqtt, ...password, ...key } }),
    ...(api && { api: { ...api, ...apiKey } }),
  };
}

/** As the registry keeps it; asterisks stay what they are. */
export function sealConnection(box: SecretBox, { tenant, settings }: ConnectionRecord): ConnectionRecord {
  const placed = placesOf(tenant, settings);
  const seal: Change = (secret, place) =>
    secret === hidden || isFileName(secret, place) ? secret : box.seal(secret, placed(place));
  return { tenant, settings: withSecrets(settings, seal) };
}

/** As the agent uses it. @throws SecretError */
export function openConnection(box: SecretBox, { tenant, settings }: ConnectionRecord): ConnectionRecord {
  const placed = placesOf(tenant, settings);
  return { tenant, settings: withSecrets(settings, (kept, place) => box.open(kept, placed(place))) };
}

/** As people see it. */
export function hideSecrets(settings: ConnectionSettings): ConnectionSettings {
  return withSecrets(settings, (secret, place) => (isFileName(secret, place) ? secret : hidden));
}

/**
 * With the secrets of before where it has asterisks in their places, and the server is the same: who may change a
 * connection must not have its secrets sent to a server of his own.
 */
export function keepSecrets(settings: ConnectionSettings, before: ConnectionSettings): ConnectionSettings {
  const earlier = new Map<string, string>();
  withSecrets(before, (secret, place) => {
    if (serverOf(settings, place) === serverOf(before, place)) earlier.set(place, secret);
    return secret;
  });
  return withSecrets(settings, (secret, place) =>
    secret === hidden ? (earlier.get(place) ?? secret) : secret,
  );
}

/** Where a secret is sent to. */
function serverOf({ mqtt, api }: ConnectionSettings, place: string): string {
  const url = place.startsWith('mqtt.') ? mqtt?.url : api?.url;
  if (url === undefined) return '';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** Whether asterisks stand where a secret should, and there is none to keep. */
export function lacksSecrets(settings: ConnectionSettings): boolean {
  let lacks = false;
  withSecrets(settings, (secret) => {
    lacks ||= secret === hidden;
    return secret;
  });
  return lacks;
}

/** A sealed secret opens nowhere else. */
function placesOf(tenant: string, { name }: ConnectionSettings): (place: string) => string {
  return (place) => `${connectionKey(tenant, name)}\n${place}`;
}

/** The name of the file with a private key is no secret. */
function isFileName(secret: string, place: string): boolean {
  return place === 'mqtt.key' && secret !== hidden && !isPemText(secret) && !secret.startsWith('sealed:');
}
