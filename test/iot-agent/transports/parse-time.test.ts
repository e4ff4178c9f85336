import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../../iot-agent/transports/parse-time.ts';

const base = Date.UTC(2026, 1, 12, 15, 15, 45) * 1000;

describe('parseTime', () => {
  it.each([
    ['2026-02-12T15:15:45Z', base],
    ['2026-02-12T15:15:45.789Z', base + 789_000],
    ['2026-02-12T15:15:45.775023242+00:00', base + 775_023],
    ['2026-02-12T16:15:45+01:00', base],
    ['2026-02-12T10:45:45-0430', base],
    ['2026-02-12T17:15:45+02', base],
    ['2026-02-12 15:15:45', base],
    ['2026-02-12t15:15:45,5z', base + 500_000],
    ['2026-02-11T24:00:00Z', Date.UTC(2026, 1, 12) * 1000],
    ['1970-01-01', 0],
  ])('reads %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  it.each([
    '',
    'noon',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-12T25:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:30:00+01:00',
    '2026-02-12T15:15:45.Z',
    '1782983655',
  ])('does not read %s', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
