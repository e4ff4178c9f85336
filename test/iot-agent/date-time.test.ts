import { describe, expect, it } from '@jest/globals';
import { formatDateTime, isLocalTime, parseDateTime } from '../../iot-agent/date-time.ts';

describe('formatDateTime (clause 4.6.3)', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1, '1970-01-01T00:00:00.000001Z'],
    [1_764_000_000_250_000, '2025-11-24T16:00:00.25Z'],
    [1_764_000_000_000_000, '2025-11-24T16:00:00Z'],
  ])('writes %d microseconds as %s', (micros, text) => {
    expect(formatDateTime(micros)).toBe(text);
  });
});

const base = Date.UTC(2026, 1, 12, 15, 15, 45) * 1000;

describe('parseDateTime', () => {
  it.each([
    ['2026-02-12T15:15:45Z', base],
    ['2026-02-12T15:15:45.789Z', base + 789_000],
    ['2026-02-12T15:15:45.775023242+00:00', base + 775_023],
    ['2026-02-12T16:15:45+01:00', base],
    ['2026-02-12T10:45:45-0430', base],
    ['2026-02-12T17:15:45+02', base],
    ['2026-02-12T15:15:45', base],
    ['2026-02-12 15:15', base - 45_000_000],
    ['2026-02-12t15:15:45,5z', base + 500_000],
    ['2026-02-11T24:00:00Z', Date.UTC(2026, 1, 12) * 1000],
    ['2026-02-12', Date.UTC(2026, 1, 12) * 1000],
    ['1969-12-31T23:59:59.5Z', -500_000],
  ])('reads %s', (text, micros) => {
    expect(parseDateTime(text)).toBe(micros);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-12T25:00:00Z',
    '2026-02-12T15:15:45.Z',
    '1782983655',
  ])('refuses %p', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
});

describe('isLocalTime', () => {
  it.each(['2026-02-12T15:15:45', '2026-02-12 15:15', '2026-02-12', ' 2026-02-12T15:15:45.5 '])(
    'is true of %s, which says no offset',
    (text) => {
      expect(isLocalTime(text)).toBe(true);
    },
  );

  it.each(['2026-02-12T15:15:45Z', '2026-02-12T15:15-05', '2026-02-12T15:15:45+01:00', '2026', 'today'])(
    'is false of %s',
    (text) => {
      expect(isLocalTime(text)).toBe(false);
    },
  );
});
