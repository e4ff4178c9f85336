import { correlationId } from '../../runtime/correlation.ts';
import type { Parsed } from './envelope.ts';
import { type Taken, type TransportParts, taker } from './take.ts';
import { type RecognisedTopic, type TopicReader, topicForm } from './topics.ts';

/**
 * Takes what is published on our topics. `undefined`, at once, for a topic that is none of ours; else as a `Take`: a
 * promise that resolves when the message may be acknowledged.
 */
export type MqttIntake = (topic: string, payload: string | Uint8Array) => Promise<Taken> | undefined;

/** Where an intake stands. */
export interface IntakeOptions {
  /** Which topics are ours: by default those of network servers and FIWARE. */
  readonly readTopic?: TopicReader;
  /** The connection (`/iot/connections`) that messages come by, if it is one of these. */
  readonly connection?: string;
}

/** The intake of an MQTT broker or connection. */
export function mqttIntake(
  parts: TransportParts,
  { readTopic = topicForm, connection }: IntakeOptions = {},
): MqttIntake {
  const take = taker(parts);
  return (topic, content) => {
    const form = readTopic(topic);
    if (form === undefined) return undefined;
    const payload = typeof content === 'string' ? Buffer.from(content) : content;
    const message = { topic, payload, arrivedAt: parts.clock.now() };
    const about = { via: form.shown, by: 'mqtt', correlationId: correlationId(undefined), payload } as const;
    const taking = (protocol?: RecognisedProtocol): Promise<Taken> =>
      take({
        ...about,
        source: protocol ?? form.source,
        parse: () =>
          payload.length === 0 ? clearing : withConnection(form.parse({ ...message, protocol }), connection),
      });
    if (form.askProtocolOf === undefined) return taking();
    // Known groups answer in the order of the questions: messages of a device do not overtake each other.
    return parts.plain.waysOf(form.askProtocolOf).then((ways) => taking(ways?.protocol));
  };
}

/** [MQTT-3.3.1-10]: subscribers get it as well. */
const clearing: Parsed = {
  kind: 'ignored',
  reason: 'a message without content clears what the MQTT broker retains',
};

type RecognisedProtocol = Parameters<RecognisedTopic['parse']>[0]['protocol'];

/** The same with the connection that it came by. */
export function withConnection(parsed: Parsed, connection: string | undefined): Parsed {
  if (connection === undefined || parsed.kind === 'ignored') return parsed;
  if (parsed.kind === 'configuration') return { ...parsed, request: { ...parsed.request, connection } };
  return { ...parsed, incoming: parsed.incoming.map((one) => ({ ...one, connection })) };
}
