import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { maskUrl } from '../../runtime/mask-secrets.ts';
import { explainMqttFailure } from './explain-mqtt-failure.ts';
import { type IntakeOptions, mqttIntake } from './mqtt-intake.ts';
import { firstReconnect, type MqttConnection, mqttOptions, sessionOf } from './mqtt-options.ts';
import { type MqttPipeline, mqttPipeline } from './mqtt-pipeline.ts';
import type { PublishOptions } from './publisher.ts';
import { type SessionSubscriptions, sessionSubscriptions } from './session-subscriptions.ts';
import { sharedFilters } from './shared-filters.ts';
import type { TransportParts } from './take.ts';
import type { Transport } from './transport.ts';
import { type StatusKeeper, statusKeeper } from './transport-status.ts';
import { unmatchedMessages } from './unmatched.ts';

/** The MQTT broker to connect to, and what to ask it for. */
export interface MqttSettings extends MqttConnection, IntakeOptions {
  /** Topic filters, without a share. */
  readonly filters: readonly string[];
  /** Agents that share the messages among them have the same group, each with a client id of its own. */
  readonly shareGroup: string | undefined;
}

/** An MQTT broker elsewhere. */
export interface MqttTransport extends Transport {
  /** Subscribes to these filters in the place of the present ones. */
  setFilters(filters: readonly string[]): void;
}

/** Milliseconds between attempts when the broker stays away. */
const lastReconnect = 30_000;
/** Milliseconds that a broker has to take leave. */
const leaveLimit = 1000;

interface State {
  readonly client: MqttClient;
  readonly pipeline: MqttPipeline;
  readonly subscriptions: SessionSubscriptions;
}

interface Outcome {
  /** The spool did not take the last message: connecting again at once would change nothing. */
  isRefused: boolean;
}

/**
 * Takes messages from an MQTT broker elsewhere. It connects again without end; what is published at QoS 1 meanwhile is
 * kept by the broker. A message is acknowledged when it is in the spool.
 */
export function mqttTransport(settings: MqttSettings, parts: TransportParts): MqttTransport {
  const status = statusKeeper(parts.clock.now);
  let { filters } = settings;
  let state: State | undefined;
  return {
    name: settings.connection === undefined ? 'mqtt' : `mqtt:${settings.connection}`,
    start: async () => {
      state = open({ ...settings, filters }, parts, status);
    },
    isReady: () => state?.client.connected === true && state.subscriptions.isSubscribed(),
    status: status.read,
    publish: (topic, payload, options) => publishBy(state?.client, topic, payload, options),
    setFilters: (wanted) => {
      filters = wanted;
      state?.subscriptions.change(sharedFilters(wanted, settings.shareGroup, parts));
    },
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

function open(settings: MqttSettings, parts: TransportParts, status: StatusKeeper): State {
  const client = connect(settings.url, mqttOptions(settings));
  const outcome: Outcome = { isRefused: false };
  const broker = maskUrl(settings.url);
  const { connection } = settings;
  const log = parts.log.child({ broker, ...(connection === undefined ? {} : { connection }) });
  const take = takePackets(parts, settings, { outcome, status });
  const { sessionFilters } = parts;
  const subscriptions = sessionSubscriptions(
    { client, session: sessionOf(settings), sessionFilters, status, log },
    sharedFilters(settings.filters, settings.shareGroup, parts),
  );
  client.on('connect', () => {
    if (!outcome.isRefused) client.options.reconnectPeriod = firstReconnect;
    subscriptions.subscribe();
  });
  client.on('reconnect', () => {
    // Read when the next connection ends.
    client.options.reconnectPeriod = Math.min(lastReconnect, (client.options.reconnectPeriod ?? 0) * 2);
  });
  client.on('close', () => {
    const wasSubscribed = subscriptions.isSubscribed();
    subscriptions.lost();
    status.lost();
    if (!wasSubscribed) return;
    const hint = outcome.isRefused ? '' : '; if this goes on, another client may have the same client id';
    status.failed(`the connection ended${hint}`);
    log.warn({ clientId: settings.clientId }, `the connection to the MQTT broker ended: trying again${hint}`);
  });
  client.on('error', (error) => {
    const { reason } = explainMqttFailure(error, broker);
    status.failed(reason);
    log.warn({ reason, error: error.message }, 'the MQTT broker cannot be used: trying again');
  });
  return { client, pipeline: mqttPipeline({ client, take }), subscriptions };
}

function takePackets(
  parts: TransportParts,
  settings: MqttSettings,
  { outcome, status }: { readonly outcome: Outcome; readonly status: StatusKeeper },
): (packet: IPublishPacket) => Promise<unknown> {
  const intake = mqttIntake(parts, settings);
  const unmatched = unmatchedMessages(parts);
  const { lastContents } = parts;
  const { connection, shareGroup } = settings;
  const nameOf = (topic: string): string => (connection === undefined ? topic : `${connection}\n${topic}`);
  return async ({ topic, payload, retain }) => {
    // A retained message comes again at each subscription; when it was published, nobody knows.
    if (retain && lastContents.isLast(nameOf(topic), bytesOf(payload))) return;
    status.message();
    try {
      await (intake(topic, payload) ?? unmatched(topic, bytesOf(payload)));
      outcome.isRefused = false;
    } catch (error) {
      outcome.isRefused = true;
      throw error;
    }
    // Retained messages are for no shared subscription [MQTT-4.8.2].
    if (shareGroup === undefined || retain) lastContents.note(nameOf(topic), bytesOf(payload));
  };
}

function bytesOf(payload: IPublishPacket['payload']): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

async function close(state: State): Promise<void> {
  const { client, pipeline, subscriptions } = state;
  const isSubscribed = subscriptions.isSubscribed();
  subscriptions.lost();
  await pipeline.drain();
  // A connection that is half dead never ends by itself.
  const limit = setTimeout(() => client.stream.destroy(), leaveLimit);
  // The library takes leave only after the answer to a subscription, which may never come.
  await client.endAsync(!isSubscribed);
  clearTimeout(limit);
}
