import type { MqttTarget } from '../domain/subscription/subscription.ts';
import type { Send } from './attempt.ts';
import { MqttConnections, type Opened } from './mqtt-connections.ts';
import { logIn } from './mqtt-login.ts';
import { isLasting, refusalText } from './mqtt-refusals.ts';
import type { OpenSocket } from './mqtt-socket.ts';
import type { NotificationRequest } from './notification-request.ts';
import { patienceOf } from './patience.ts';
import type { SendResult } from './retry-policy.ts';
import type { Timers } from './timers.ts';

export interface MqttDeliveryParts {
  readonly openSocket: OpenSocket;
  readonly timers: Timers;
  /** Milliseconds to wait for the acknowledgement where the Subscription says nothing (`endpoint.timeout`). */
  readonly timeout: number;
  /** Milliseconds for the login at a broker. */
  readonly loginTimeout: number;
  /** The most connections at once. */
  readonly most?: number;
  /** Milliseconds after which an unused connection is closed. */
  readonly idle?: number;
}

/** Sends notifications by MQTT, and holds the connections for it. */
export interface MqttDelivery {
  /** For requests to MQTT targets alone. */
  readonly send: (notification: NotificationRequest, target: MqttTarget) => ReturnType<Send>;
  /** Connections there are. */
  connections(): number;
  /** Ends the connections. To be called when nothing is sent any more. */
  stop(): Promise<void>;
}

/** The MQTT binding (clause 7.2). */
export function createMqttDelivery(parts: MqttDeliveryParts): MqttDelivery {
  const { timers, timeout, most, idle } = parts;
  const connections = new MqttConnections({
    open: (target) => open(target, parts),
    timers,
    ...(most !== undefined && { most }),
    ...(idle !== undefined && { idle }),
  });
  return {
    send: (notification, target) => {
      const patience = patienceOf(notification.timeout, timeout);
      const payload = messageOf(notification);
      return connections.with(target, async (opened) =>
        opened.kind === 'open' ? opened.link.publish({ ...target, payload, patience }) : opened,
      );
    },
    connections: () => connections.count(),
    stop: () => connections.stop(),
  };
}

/** The message of clause 7.2: what HTTP has as headers is its metadata. */
function messageOf({ headers, body }: NotificationRequest): string {
  return `{"metadata":${JSON.stringify(headers)},"body":${body}}`;
}

async function open(
  target: MqttTarget,
  { openSocket, loginTimeout, timers }: MqttDeliveryParts,
): Promise<Opened> {
  try {
    const socket = await openSocket(target);
    return { kind: 'open', link: await logIn(socket, target, { timeout: loginTimeout, timers }) };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Extract<SendResult, Opened> {
  const { name, message } = error as Error;
  if (name === 'EgressRefused') return { kind: 'impossible', error: `not allowed: ${message}` };
  return { kind: isLasting(error) ? 'impossible' : 'unreachable', error: refusalText(error) };
}
