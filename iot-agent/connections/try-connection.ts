import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import type { Dispatcher } from 'undici';
import type { ConnectionApi, ConnectionRecord } from '../registry/connection.ts';
import { connectOnce } from '../transports/end-session.ts';
import type { MqttSettings } from '../transports/mqtt.ts';
import { mqttSettingsOf } from './connection-mqtt.ts';
import { openConnection } from './connection-secrets.ts';
import type { SecretBox } from './secret-box.ts';

/** A step of a trial: what was tried, and what is wrong in plain words. */
export interface TrialStep {
  readonly step: 'settings' | 'connect' | 'subscribe' | 'api';
  readonly ok: boolean;
  readonly message: string;
}

/** How a trial ended: well when every step did. */
export interface Trial {
  readonly ok: boolean;
  readonly steps: readonly TrialStep[];
}

/** What a trial asks. */
export interface TrialParts {
  readonly box: SecretBox;
  readonly agentId: string;
  /** For the HTTP interfaces of network servers. */
  readonly http: Dispatcher;
}

/** Milliseconds for each step. */
const limit = 10_000;

/** Connects under another client id, so that what is running is not disturbed, and subscribes. Never rejects. */
export async function tryConnection(parts: TrialParts, record: ConnectionRecord): Promise<Trial> {
  const steps: TrialStep[] = [];
  try {
    const { settings } = openConnection(parts.box, record);
    const mqtt = mqttSettingsOf({ ...record, settings }, parts.agentId);
    if (mqtt !== undefined) steps.push(...(await tryMqtt(mqtt)));
    if (settings.api !== undefined) steps.push(await tryApi(parts.http, settings.api));
  } catch (error) {
    steps.push({ step: 'settings', ok: false, message: (error as Error).message });
  }
  return { ok: steps.every(({ ok }) => ok), steps };
}

async function tryMqtt(settings: MqttSettings): Promise<readonly TrialStep[]> {
  const clientId = `${settings.clientId}-test-${randomUUID().slice(0, 8)}`;
  let client: MqttClient;
  try {
    client = await connectOnce({ ...settings, clientId }, limit);
  } catch (error) {
    return [{ step: 'connect', ok: false, message: (error as Error).message }];
  }
  client.on('error', () => {});
  const connected: TrialStep = { step: 'connect', ok: true, message: 'connected, and the login is accepted' };
  try {
    return [connected, await trySubscribing(client, settings.filters)];
  } finally {
    await client.endAsync(true);
  }
}

async function trySubscribing(client: MqttClient, filters: readonly string[]): Promise<TrialStep> {
  const answered = new Promise<readonly string[] | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), limit);
    client.once('close', () => resolve(undefined));
    client.subscribe([...filters], { qos: 1 }, (_error, _subscriptions, answer) => {
      clearTimeout(late);
      resolve(answer && filters.filter((_filter, index) => Number(answer.granted[index]) >= 0x80));
    });
  });
  const refused = await answered;
  if (refused === undefined)
    return {
      step: 'subscribe',
      ok: false,
      message: `the broker does not answer the subscription, or ends the connection: give the user the right to read ${filters.join(', ')}`,
    };
  if (refused.length === 0)
    return { step: 'subscribe', ok: true, message: `subscribed to ${filters.join(', ')}` };
  return {
    step: 'subscribe',
    ok: false,
    message: `these topics are not allowed: ${refused.join(', ')}. Give the user the right to read them, or set topics to those that it may read`,
  };
}

async function tryApi(http: Dispatcher, { url, key }: ConnectionApi): Promise<TrialStep> {
  const { origin, pathname } = new URL(url);
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  try {
    const { statusCode, body } = await http.request({ origin, path: pathname, method: 'GET', headers });
    await body.dump();
    const isRefused = statusCode === 401 || statusCode === 403;
    const message = isRefused
      ? `${origin} refuses the key (${statusCode}): correct api.key`
      : `${origin} answers (${statusCode})`;
    return { step: 'api', ok: !isRefused && statusCode < 500, message };
  } catch (error) {
    return { step: 'api', ok: false, message: `${origin} cannot be reached: ${(error as Error).message}` };
  }
}
