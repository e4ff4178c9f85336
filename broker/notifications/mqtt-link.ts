import type { IConnackPacket, MqttClient } from 'mqtt';
import type { MqttTarget } from '../domain/subscription/subscription.ts';
import { isLasting, refusalText } from './mqtt-refusals.ts';
import type { SendResult } from './retry-policy.ts';
import { Slots } from './slots.ts';
import type { Timers } from './timers.ts';

/** A message for a topic. `patience`: milliseconds that it has to be taken. */
export interface Publication extends Pick<MqttTarget, 'topic' | 'qos'> {
  readonly payload: string;
  readonly patience: number;
}

/** What the broker said when it took the connection (MQTT 5.0 section 3.2.2.3), or what holds where it says nothing. */
interface Limits {
  readonly maximumPacketSize: number;
  readonly maximumQoS: number;
  /** Messages of QoS 1 and 2 that it takes before it has acknowledged the first of them. */
  readonly receiveMaximum: number;
}

type End = (result: SendResult) => void;

// Header and topic beside the payload: rather too much.
const OVERHEAD = 1024;
const MOST_UNACKNOWLEDGED = 1024;

/** One connection to an MQTT broker that is up, until it is not: it is never taken up again. */
export class MqttLink {
  readonly #client: MqttClient;
  readonly #timers: Timers;
  readonly #limits: Limits;
  readonly #slots: Slots;
  /** What ends each publication that is under way. */
  readonly #underWay = new Set<End>();
  readonly #onClose: (() => void)[] = [];
  #lastError = 'the MQTT broker ended the connection';
  #isClosed = false;

  /** Of a client that has just connected. */
  constructor(client: MqttClient, connack: IConnackPacket, timers: Timers) {
    this.#client = client;
    this.#timers = timers;
    this.#limits = limitsOf(connack);
    this.#slots = new Slots(this.#limits.receiveMaximum);
    client.on('error', (error) => this.#fail(refusalText(error)));
    client.on('disconnect', ({ reasonCode }) =>
      this.#fail(`the MQTT broker ended the connection with reason ${reasonCode ?? 0}`),
    );
    client.once('close', () => this.#close());
  }

  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#onClose.push(listener);
  }

  /**
   * Hands a message to the broker. It is delivered when the broker has acknowledged it (QoS 1: PUBACK, QoS 2: PUBCOMP);
   * with QoS 0, which knows no acknowledgement, when it is written to the connection. Never rejects.
   */
  publish(publication: Publication): Promise<SendResult> {
    const tooMuch = this.#excess(publication);
    if (tooMuch !== undefined) return Promise.resolve({ kind: 'impossible', error: tooMuch });
    if (this.#isClosed || !this.#client.stream.writable)
      return Promise.resolve({ kind: 'unreachable', error: this.#lastError });
    return new Promise((resolve) => {
      const { topic, payload, qos, patience } = publication;
      const cleanUp: (() => void)[] = [];
      const end: End = (result) => {
        if (!this.#underWay.delete(end)) return;
        for (const task of cleanUp) task();
        resolve(result);
      };
      const send = (): void =>
        void this.#client.publish(topic, payload, { qos }, (error) =>
          end(error ? failureOf(error) : DELIVERED),
        );
      this.#underWay.add(end);
      cleanUp.push(this.#timers.after(patience, () => end(tooLate(patience))));
      if (qos === 0) return send();
      this.#slots.take((giveBack) => {
        if (!this.#underWay.has(end)) return giveBack();
        cleanUp.push(giveBack);
        send();
        const messageId = this.#client.getLastMessageId();
        cleanUp.push(() => void this.#client.removeOutgoingMessage(messageId));
      });
    });
  }

  /** Takes leave of the broker once nothing is under way, or after `milliseconds`. Never rejects. */
  async end(milliseconds: number): Promise<void> {
    if (this.#isClosed) return;
    const closed = new Promise<void>((resolve) => this.onClose(resolve));
    const cancel = this.#timers.after(milliseconds, () => this.#client.stream.destroy());
    this.#client.end();
    await closed;
    cancel();
  }

  #excess({ payload, topic, qos }: Publication): string | undefined {
    const { maximumPacketSize, maximumQoS } = this.#limits;
    if (qos > maximumQoS) return `the MQTT broker takes messages of QoS ${maximumQoS} at most`;
    const bytes = Buffer.byteLength(payload) + Buffer.byteLength(topic);
    if (bytes + OVERHEAD <= maximumPacketSize) return undefined;
    return `${bytes} bytes are more than the MQTT broker takes, which is ${maximumPacketSize}`;
  }

  #fail(error: string): void {
    this.#lastError = error;
    this.#client.stream.destroy();
  }

  #close(): void {
    this.#isClosed = true;
    for (const end of this.#underWay) end({ kind: 'unanswered', error: this.#lastError });
    for (const listener of this.#onClose.splice(0)) listener();
  }
}

// As an answer of HTTP that says that all is well.
const DELIVERED: SendResult = { kind: 'answered', status: 200 };

function tooLate(patience: number): SendResult {
  return { kind: 'unanswered', error: `not acknowledged by the MQTT broker within ${patience} ms` };
}

function failureOf(error: Error): SendResult {
  return { kind: isLasting(error) ? 'impossible' : 'unanswered', error: refusalText(error) };
}

function limitsOf({ properties }: IConnackPacket): Limits {
  return {
    maximumPacketSize: properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    maximumQoS: properties?.maximumQoS ?? 2,
    receiveMaximum: Math.min(properties?.receiveMaximum ?? MOST_UNACKNOWLEDGED, MOST_UNACKNOWLEDGED),
  };
}
