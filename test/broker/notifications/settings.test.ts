import { describe, expect, it } from '@jest/globals';
import { notificationSettings } from '../../../broker/notifications/settings.ts';
import { readSettings } from '../../../runtime/config.ts';

describe('the settings of notifying', () => {
  it('have defaults that need no thought: milliseconds', () => {
    expect(readSettings(notificationSettings, {})).toMatchObject({
      notificationMaxAttempts: 30,
      notificationMaxAge: 3 * 24 * 3_600_000,
      notificationTimeout: 10_000,
      notificationDeadLetterAge: 7 * 24 * 3_600_000,
      notificationDeadLetters: 10_000,
      notificationPauseAfter: 0,
      notificationRetryDelay: 1000,
      notificationMaxRetryDelay: 300_000,
      notifyUnchanged: false,
    });
  });

  it.each([
    ['NOTIFICATION_MAX_ATTEMPTS', '0'],
    ['NOTIFICATION_MAX_AGE', '10ms'],
    ['NOTIFICATION_TIMEOUT', '0'],
    ['NOTIFICATION_RETRY_DELAY', 'soon'],
    ['NOTIFICATION_MAX_RETRY_DELAY', '0s'],
    ['NOTIFICATION_DEAD_LETTER_AGE', '0'],
    ['NOTIFICATION_DEAD_LETTERS', '-1'],
  ])('refuse %s=%s by name', (variable, value) => {
    expect(() => readSettings(notificationSettings, { [variable]: value })).toThrow(
      new RegExp(`${variable} is "${value}": it must be `),
    );
  });
});
