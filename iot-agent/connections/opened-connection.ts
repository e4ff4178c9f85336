import type { Logger } from '../../runtime/logger.ts';
import { maskUrl } from '../../runtime/mask-secrets.ts';
import { type ConnectionApi, type ConnectionRecord, connectionKey } from '../registry/connection.ts';
import { endSession } from '../transports/end-session.ts';
import { type MqttSettings, mqttTransport } from '../transports/mqtt.ts';
import { sessionOf } from '../transports/mqtt-options.ts';
import type { TransportParts } from '../transports/take.ts';
import type { Transport } from '../transports/transport.ts';
import type { TransportStatus } from '../transports/transport-status.ts';
import { hasSession, mqttSettingsOf } from './connection-mqtt.ts';
import { openConnection } from './connection-secrets.ts';
import type { SecretBox } from './secret-box.ts';

/** How a connection is doing. */
export interface ConnectionStatus extends Omit<TransportStatus, 'state'> {
  /** `failed`: it cannot even be tried. `idle`: it has no MQTT to be connected to. */
  readonly state: TransportStatus['state'] | 'disabled' | 'failed' | 'idle';
}

/** What opening connections asks. */
export interface OpeningParts {
  readonly box: SecretBox;
  /** Another one for each agent: MQTT_CLIENT_ID. */
  readonly agentId: string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** A connection that is open, or as far as it can be. */
export interface OpenedConnection {
  /** The record as it was when it was opened. */
  readonly content: string;
  readonly api?: ConnectionApi;
  readonly mqtt?: MqttSettings;
  readonly transport?: Transport;
  readonly status: () => ConnectionStatus;
}

/** Closes connections that are gone or have changed, and opens those that are new. */
export async function followConnections(
  parts: OpeningParts,
  opened: Map<string, OpenedConnection>,
  records: readonly ConnectionRecord[],
  transports: TransportParts,
): Promise<void> {
  const wanted = new Map(
    records.map((record) => [connectionKey(record.tenant, record.settings.name), record]),
  );
  for (const [key, one] of opened) {
    const record = wanted.get(key);
    if (record !== undefined && JSON.stringify(record) === one.content && one.status().state !== 'failed')
      continue;
    opened.delete(key);
    await closeConnection(parts, key, one);
    const isLeft =
      one.mqtt !== undefined && (record === undefined || !hasSession(record, parts.agentId, one.mqtt));
    if (isLeft) await forget(parts, key, one.mqtt, transports);
  }
  for (const [key, record] of wanted)
    if (!opened.has(key)) opened.set(key, await open(parts, key, record, transports));
}

async function open(
  parts: OpeningParts,
  key: string,
  record: ConnectionRecord,
  transports: TransportParts,
): Promise<OpenedConnection> {
  const { now, log } = parts;
  const content = JSON.stringify(record);
  const since = now();
  const resting = (state: ConnectionStatus['state'], reason?: string): OpenedConnection => {
    const lastError = reason === undefined ? {} : { lastError: { at: since, reason } };
    return { content, status: () => ({ state, since, messages: 0, ...lastError }) };
  };
  if (!record.settings.enabled) return resting('disabled');
  try {
    const { settings } = openConnection(parts.box, record);
    const api = settings.api === undefined ? {} : { api: settings.api };
    const mqtt = mqttSettingsOf({ ...record, settings }, parts.agentId);
    if (mqtt === undefined) return { ...resting('idle'), ...api };
    const transport = mqttTransport(mqtt, transports);
    await transport.start();
    log.info({ connection: key, broker: maskUrl(mqtt.url) }, 'a connection is opened');
    const unknown: TransportStatus = { state: 'connecting', since, messages: 0 };
    return { content, ...api, mqtt, transport, status: () => transport.status?.() ?? unknown };
  } catch (error) {
    const reason = (error as Error).message;
    log.error({ connection: key, reason }, 'a connection cannot be opened');
    return resting('failed', reason);
  }
}

export async function closeConnection(
  { log }: OpeningParts,
  key: string,
  { transport }: OpenedConnection,
): Promise<void> {
  await transport?.stop().catch((error: unknown) => {
    log.error({ err: error, connection: key }, 'a connection did not close in good order');
  });
}

/** The MQTT broker would keep messages for ever for a client that does not come back. */
async function forget(
  { log }: OpeningParts,
  key: string,
  mqtt: MqttSettings,
  { sessionFilters }: Pick<TransportParts, 'sessionFilters'>,
): Promise<void> {
  const end = async (): Promise<void> => {
    await endSession(mqtt);
    await sessionFilters.note(sessionOf(mqtt), []);
  };
  await end().catch((error: Error) => {
    const reason = error.message;
    log.warn(
      { connection: key, reason },
      'the MQTT broker still keeps messages for a connection that is gone',
    );
  });
}
