import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../../iot-agent/transports/parse-time.ts';

describe('parseTime', () => {
  it('reads a time since 1970', () => {
    expect(parseTime('2026-02-12T16:15:45.789+01:00')).toBe(Date.UTC(2026, 1, 12, 15, 15, 45, 789) * 1000);
    expect(parseTime('1970-01-01')).toBe(0);
  });

  it.each([
    'noon',
    '1782983655',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:30:00+01:00',
  ])('does not read %s', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
