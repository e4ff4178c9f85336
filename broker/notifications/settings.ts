import type { SettingsTable } from '../../runtime/config.ts';
import { integer, milliseconds } from '../../runtime/setting-parsers.ts';

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
} as const satisfies SettingsTable;

/** A duration that is not shorter than another one; in milliseconds. */
function atLeast(shortest: string): (text: string) => number {
  const least = milliseconds(shortest);
  return (text) => {
    const duration = milliseconds(text);
    if (duration < least) throw new Error(`a duration of at least ${shortest}`);
    return duration;
  };
}
