import { setImmediate } from 'node:timers/promises';
import type { IPublishPacket, MqttClient } from 'mqtt';
import { orderedAcks } from './ordered-acks.ts';

type Stream = MqttClient['stream'];

/** The messages of a client that are under way between its connection and the spool. */
export interface MqttPipeline {
  /** Takes no more messages, and ends when those under way are settled and acknowledged. */
  drain(): Promise<void>;
}

/** Makes the client go on to its next packet without acknowledging this one: that is done here. */
const later = new Error('acknowledged when it is safe');

/**
 * Lets many messages of a client be under way at once: by itself it hands over a message only when the one before it is
 * acknowledged, which would give each a commit of its own. A QoS 1 message is acknowledged when `take` resolved.
 * MQTT 3.1.1 has no refusal, and brokers send again only what a connection left unacknowledged: when `take` rejects,
 * the connection is dropped.
 */
export function mqttPipeline({
  client,
  take,
  most = 500,
}: {
  readonly client: MqttClient;
  readonly take: (packet: IPublishPacket) => Promise<unknown>;
  /** Messages under way at once; the connection is not read meanwhile. */
  readonly most?: number;
}): MqttPipeline {
  const underWay = new Set<Promise<void>>();
  const ackFor = connectionAcks();
  let isClosed = false;
  let goOn = (): void => {};
  const settle = async (stream: Stream, packet: IPublishPacket): Promise<void> => {
    const acknowledge = ackFor(stream, packet);
    await take(packet).then(acknowledge, () => {
      // What came at QoS 0 is not sent again: ending the connection would help nobody.
      if (packet.qos > 0) stream.destroy();
    });
  };
  client.handleMessage = (packet, next) => {
    if (isClosed) return next(later);
    const work = settle(client.stream, packet).finally(() => {
      underWay.delete(work);
      goOn();
    });
    underWay.add(work);
    if (underWay.size < most) return next(later);
    goOn = () => {
      goOn = () => {};
      next(later);
    };
  };
  const drain = async (): Promise<void> => {
    isClosed = true;
    await Promise.all(underWay);
    // Acknowledgements are written once the promises are through.
    await setImmediate();
  };
  return { drain };
}

/** An acknowledgement goes to the connection that the message came by: a later one numbers its messages anew. */
function connectionAcks(): (stream: Stream, packet: IPublishPacket) => () => void {
  let current: Stream | undefined;
  let acks = orderedAcks(() => {});
  return (stream, { qos, messageId }) => {
    if (qos === 0 || messageId === undefined) return () => {};
    if (stream !== current) {
      current = stream;
      acks = orderedAcks((packets) => {
        if (stream.writable) stream.write(packets);
      });
    }
    return acks(messageId);
  };
}
