import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { maskUrl } from '../../runtime/mask-secrets.ts';
import { systemErrorCode } from '../../runtime/start-error.ts';
import { mqttIntake } from './mqtt-intake.ts';
import { firstReconnect, type MqttConnection, mqttOptions } from './mqtt-options.ts';
import { type MqttPipeline, mqttPipeline } from './mqtt-pipeline.ts';
import type { PublishOptions } from './publisher.ts';
import { sharedFilters } from './shared-filters.ts';
import type { TransportParts } from './take.ts';
import type { Transport } from './transport.ts';

/** The MQTT broker to connect to, and what to ask it for. */
export interface MqttSettings extends MqttConnection {
  /** Topic filters, without a share. */
  readonly filters: readonly string[];
  /** Agents that share the messages among them have the same group, each with a client id of its own. */
  readonly shareGroup: string | undefined;
}

/** Milliseconds between attempts when the broker stays away. */
const lastReconnect = 30_000;
/** Milliseconds that a broker has to take leave. */
const leaveLimit = 1000;

interface State {
  readonly client: MqttClient;
  readonly pipeline: MqttPipeline;
  isSubscribed: boolean;
}

interface Outcome {
  /** The spool did not take the last message: connecting again at once would change nothing. */
  isRefused: boolean;
}

/**
 * Takes messages from an MQTT broker elsewhere. It connects again without end; what is published at QoS 1 meanwhile is
 * kept by the broker. A message is acknowledged when it is in the spool.
 */
export function mqttTransport(settings: MqttSettings, parts: TransportParts): Transport {
  let state: State | undefined;
  return {
    name: 'mqtt',
    start: async () => {
      state = open(settings, parts);
    },
    isReady: () => state?.client.connected === true && state.isSubscribed,
    publish: (topic, payload, options) => publishBy(state?.client, topic, payload, options),
    stop: async () => {
      const ending = state;
      state = undefined;
      if (ending) await close(ending);
    },
  };
}

/** Milliseconds for the MQTT broker to take a message. */
const publishLimit = 10_000;

/** While the connection is away the library would keep the message, and nobody would know for how long. */
async function publishBy(
  client: MqttClient | undefined,
  topic: string,
  payload: Uint8Array,
  options: PublishOptions,
): Promise<void> {
  if (client?.connected !== true) throw new Error('the MQTT broker is not connected');
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`the MQTT broker did not take a message within ${publishLimit / 1000} s`);
    limit = setTimeout(() => reject(error), publishLimit);
  });
  const { buffer, byteOffset, byteLength } = payload;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  await Promise.race([client.publishAsync(topic, bytes, { ...options }), late]).finally(() =>
    clearTimeout(limit),
  );
}

function open(settings: MqttSettings, parts: TransportParts): State {
  const client = connect(settings.url, mqttOptions(settings));
  const outcome: Outcome = { isRefused: false };
  const state: State = {
    client,
    pipeline: mqttPipeline({ client, take: takePackets(parts, outcome) }),
    isSubscribed: false,
  };
  const broker = maskUrl(settings.url);
  const { log } = parts;
  client.on('connect', () => {
    if (!outcome.isRefused) client.options.reconnectPeriod = firstReconnect;
    subscribe(state, settings, log.child({ broker }));
  });
  client.on('reconnect', () => {
    // Read when the next connection ends.
    client.options.reconnectPeriod = Math.min(lastReconnect, (client.options.reconnectPeriod ?? 0) * 2);
  });
  client.on('close', () => {
    const wasSubscribed = state.isSubscribed;
    state.isSubscribed = false;
    if (!wasSubscribed) return;
    const hint = outcome.isRefused
      ? ''
      : '; if this goes on, another client may have the same MQTT_CLIENT_ID';
    log.warn(
      { broker, clientId: settings.clientId },
      `the connection to the MQTT broker ended: trying again${hint}`,
    );
  });
  client.on('error', (error) => {
    const reason = error.message || systemErrorCode(error);
    log.warn({ broker, reason }, 'the MQTT broker cannot be used: trying again');
  });
  return state;
}

function takePackets(parts: TransportParts, outcome: Outcome): (packet: IPublishPacket) => Promise<unknown> {
  const intake = mqttIntake(parts);
  return async ({ topic, payload, retain }) => {
    // What was retained was published before this subscription, at a time that nobody knows.
    if (retain) return;
    try {
      await intake(topic, payload);
      outcome.isRefused = false;
    } catch (error) {
      outcome.isRefused = true;
      throw error;
    }
  };
}

function subscribe(
  state: State,
  { filters, shareGroup }: MqttSettings,
  log: Pick<TransportParts['log'], 'info' | 'warn' | 'error'>,
): void {
  const topics = sharedFilters(filters, shareGroup);
  state.client.subscribe([...topics], { qos: 1 }, (_error, _subscriptions, answer) => {
    // Without an answer the connection has ended; the next one subscribes again.
    if (!answer) return;
    const refused = topics.filter((_topic, index) => Number(answer.granted[index]) >= 0x80);
    state.isSubscribed = refused.length < topics.length;
    if (refused.length > 0)
      log[state.isSubscribed ? 'warn' : 'error'](
        { refused },
        'the MQTT broker refuses subscriptions: give MQTT_USER the right to read these topics, or leave them out of MQTT_TOPICS',
      );
    if (state.isSubscribed) log.info('subscribed at the MQTT broker');
  });
}

async function close(state: State): Promise<void> {
  const { client, pipeline, isSubscribed } = state;
  state.isSubscribed = false;
  await pipeline.drain();
  // A connection that is half dead never ends by itself.
  const limit = setTimeout(() => client.stream.destroy(), leaveLimit);
  // The library takes leave only after the answer to a subscription, which may never come.
  await client.endAsync(!isSubscribed);
  clearTimeout(limit);
}
