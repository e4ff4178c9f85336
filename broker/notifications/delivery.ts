import type { SettingsOf } from '../../runtime/config.ts';
import type { EgressPolicy } from '../../runtime/egress.ts';
import { egressDispatcher } from '../../runtime/egress-proxy.ts';
import { tlsTrust } from '../../runtime/tls-trust.ts';
import type { Micros } from '../domain/entity.ts';
import type { Send } from './attempt.ts';
import { createHttpDelivery } from './http-delivery.ts';
import type { NotificationLog } from './log.ts';
import { createMqttDelivery } from './mqtt-delivery.ts';
import { socketOpener } from './mqtt-socket.ts';
import type { notificationSettings } from './settings.ts';
import type { Timers } from './timers.ts';

export interface DeliveryParts {
  /** Where notifications may go; judged again at every connection. */
  readonly egress: EgressPolicy;
  readonly settings: SettingsOf<typeof notificationSettings>;
  readonly timers: Timers;
  readonly now: () => Micros;
  readonly log: NotificationLog;
}

/** Sends notifications by the binding of their endpoint: HTTP (clause 6) or MQTT (clause 7). */
export interface NotificationDelivery {
  readonly send: Send;
  /** Connections to MQTT brokers, for the metrics. */
  mqttConnections(): number;
  /** Ends all connections. To be called when nothing is sent any more. */
  stop(): Promise<void>;
}

/** Milliseconds for a connection, and again for the login at an MQTT broker. */
const CONNECT_TIMEOUT = 5000;

/** Both bindings, with the trust, the proxy and the patience of the settings. */
export function createDelivery({ egress, settings, timers, now, log }: DeliveryParts): NotificationDelivery {
  const { notificationCa, notificationInsecureTls, notificationProxy, notificationNoProxy } = settings;
  if (notificationInsecureTls)
    log.warn({}, 'NOTIFICATION_INSECURE_TLS is on: whoever answers may read and forge notifications');
  const tls = tlsTrust({ authorities: notificationCa, insecure: notificationInsecureTls });
  const dispatcher = egressDispatcher(egress, {
    tls,
    connectTimeout: CONNECT_TIMEOUT,
    ...(notificationProxy !== undefined && {
      proxy: { url: notificationProxy, exceptions: notificationNoProxy },
    }),
  });
  const { refusal } = egress;
  const timeout = settings.notificationTimeout;
  const sendByHttp = createHttpDelivery({ dispatcher, refusal, timeout, now });
  const mqtt = createMqttDelivery({
    openSocket: socketOpener({ egress, tls, timeout: CONNECT_TIMEOUT }),
    timers,
    timeout,
    loginTimeout: CONNECT_TIMEOUT,
    most: settings.notificationMqttConnections,
  });
  return {
    send: (notification) =>
      notification.mqtt === undefined ? sendByHttp(notification) : mqtt.send(notification, notification.mqtt),
    mqttConnections: () => mqtt.connections(),
    stop: async () => {
      await Promise.all([mqtt.stop(), dispatcher.destroy()]);
    },
  };
}
