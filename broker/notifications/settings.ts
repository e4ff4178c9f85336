import type { SettingsTable } from '../../runtime/config.ts';
import { proxyExceptions } from '../../runtime/proxy-exceptions.ts';
import { boolean, integer, optional, url } from '../../runtime/setting-parsers.ts';
import { certificatesIn } from '../../runtime/tls-trust.ts';
import { atLeast } from './duration-setting.ts';
import { streamSettings } from './stream-settings.ts';

/** The settings of notifying: rows of the broker's table. */
export const notificationSettings = {
  notificationMaxAttempts: {
    variable: 'NOTIFICATION_MAX_ATTEMPTS',
    default: '30',
    parse: integer({ min: 1, max: 1_000_000 }),
    meaning: 'attempts that a receiver fails, after which a notification becomes a dead letter',
  },
  notificationMaxAge: {
    variable: 'NOTIFICATION_MAX_AGE',
    default: '3d',
    parse: atLeast('1s'),
    meaning:
      'age at which an undelivered notification, also of an unreachable receiver, becomes a dead letter',
  },
  notificationTimeout: {
    variable: 'NOTIFICATION_TIMEOUT',
    default: '10s',
    parse: atLeast('1ms'),
    meaning: 'how long a receiver may take to answer where its subscription gives no endpoint.timeout',
  },
  notificationRetryDelay: {
    variable: 'NOTIFICATION_RETRY_DELAY',
    default: '1s',
    parse: atLeast('1ms'),
    meaning: 'wait before the second attempt; it doubles with every further one',
  },
  notificationMaxRetryDelay: {
    variable: 'NOTIFICATION_MAX_RETRY_DELAY',
    default: '5m',
    parse: atLeast('1ms'),
    meaning: 'longest wait between two attempts, unless the receiver asks for more (Retry-After)',
  },
  notificationDeadLetterAge: {
    variable: 'NOTIFICATION_DEAD_LETTER_AGE',
    default: '7d',
    parse: atLeast('1s'),
    meaning: 'how long a dead letter is kept',
  },
  notificationDeadLetters: {
    variable: 'NOTIFICATION_DEAD_LETTERS',
    default: '10000',
    parse: integer({ min: 0, max: 10_000_000 }),
    meaning: 'most dead letters kept of one subscription; the oldest go first, within a minute',
  },
  notificationPauseAfter: {
    variable: 'NOTIFICATION_PAUSE_AFTER',
    default: '0',
    parse: integer({ min: 0, max: 1_000_000 }),
    meaning:
      'failed attempts in a row after which a subscription is paused (isActive false), with the reason shown; 0 for never',
  },
  notifyUnchanged: {
    variable: 'NOTIFY_UNCHANGED',
    default: '0',
    parse: boolean,
    meaning:
      'notify also of updates that leave an Attribute equal in every member; 0 as the standard says. They are no history, and modifiedAt stays',
  },
  notificationCa: {
    variable: 'NOTIFICATION_CA',
    parse: certificatesIn,
    meaning:
      'PEM file with the certificates of authorities to trust besides those that Node knows, for https and mqtts endpoints',
  },
  notificationInsecureTls: {
    variable: 'NOTIFICATION_INSECURE_TLS',
    default: '0',
    parse: boolean,
    meaning:
      '1 to take any certificate of https and mqtts endpoints: for trials, since anybody can stand in for them',
  },
  notificationProxy: {
    variable: 'NOTIFICATION_PROXY',
    parse: optional(url('http', 'https')),
    secret: true,
    meaning:
      'HTTP proxy for http and https endpoints, such as http://user:password@proxy:3128; MQTT goes directly',
  },
  notificationNoProxy: {
    variable: 'NOTIFICATION_NO_PROXY',
    default: 'localhost,127.0.0.1,::1',
    parse: proxyExceptions,
    meaning:
      'endpoints that are asked without the proxy: names (with all below them), addresses, ranges such as 10.0.0.0/8, host:port, apart by commas; * for all',
  },
  notificationMqttConnections: {
    variable: 'NOTIFICATION_MQTT_CONNECTIONS',
    default: '200',
    parse: integer({ min: 1, max: 10_000 }),
    meaning: 'most connections to MQTT brokers at once: one for each broker, login and MQTT version in use',
  },
  ...streamSettings,
} as const satisfies SettingsTable;
