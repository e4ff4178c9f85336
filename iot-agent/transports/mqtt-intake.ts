import { correlationId } from '../../runtime/correlation.ts';
import { type Taken, type TransportParts, taker } from './take.ts';
import { topicForm } from './topics.ts';

/**
 * Takes what is published on our topics. `undefined`, at once, for a topic that is none of ours; else as a `Take`: a
 * promise that resolves when the message may be acknowledged.
 */
export type MqttIntake = (topic: string, payload: string | Uint8Array) => Promise<Taken> | undefined;

/** The intake of an MQTT broker or connection. */
export function mqttIntake(parts: TransportParts): MqttIntake {
  const take = taker(parts);
  return (topic, content) => {
    const form = topicForm(topic);
    if (form === undefined) return undefined;
    const payload = typeof content === 'string' ? Buffer.from(content) : content;
    const message = { topic, payload, arrivedAt: parts.clock.now() };
    return take({
      source: form.source,
      via: form.shown,
      correlationId: correlationId(undefined),
      payload,
      parse: () => form.parse(message),
    });
  };
}
