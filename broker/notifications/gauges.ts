import type { Metrics } from '../../runtime/metrics.ts';
import type { NotificationDelivery } from './delivery.ts';
import type { Notifier } from './notifier.ts';
import type { PeriodicNotifier } from './periodic-notifier.ts';
import type { Streams } from './streams.ts';
import type { SubscriptionMirror } from './subscription-mirror.ts';

/** Whom the gauges ask, each time that they are read. */
export interface Described {
  readonly notifier: Pick<Notifier, 'sending' | 'waiting'>;
  readonly periodic: Pick<PeriodicNotifier, 'sending'>;
  readonly mirror: Pick<SubscriptionMirror, 'unusable'>;
  readonly delivery: Pick<NotificationDelivery, 'mqttConnections'>;
  readonly streams: Pick<Streams, 'count'>;
}

/** Registers what is under way now: sending, waiting, connections, live streams. */
export function describeNotifications(
  metrics: Metrics,
  { notifier, periodic, mirror, delivery, streams }: Described,
): void {
  metrics.gauge({
    name: 'carillon_subscriptions_unusable',
    help: 'Stored Subscriptions that this version cannot read; what they are to be notified of waits.',
    collect: () => mirror.unusable(),
  });
  metrics.gauge({
    name: 'carillon_notifications_sending',
    help: 'Notifications being sent.',
    collect: () => notifier.sending() + periodic.sending(),
  });
  metrics.gauge({
    name: 'carillon_notifications_in_memory',
    help: 'Notifications in memory that are sent or wait; more may wait in the store.',
    collect: () => notifier.waiting(),
  });
  metrics.gauge({
    name: 'carillon_notifications_mqtt_connections',
    help: 'Connections to MQTT brokers that notifications go to.',
    collect: () => delivery.mqttConnections(),
  });
  metrics.gauge({
    name: 'carillon_streams_open',
    help: 'Live streams of notifications that are open.',
    collect: () => streams.count(),
  });
}
