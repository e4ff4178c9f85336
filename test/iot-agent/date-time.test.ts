import { describe, expect, it } from '@jest/globals';
import { formatDateTime, parseDateTime } from '../../iot-agent/date-time.ts';

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

describe('parseDateTime', () => {
  it.each([
    ['2025-11-24T16:00:00Z', 1_764_000_000_000_000],
    ['2025-11-24T17:00:00.250+01:00', 1_764_000_000_250_000],
    ['2025-11-24T17:00:00,25+0100', 1_764_000_000_250_000],
    ['2025-11-24T17:00:00+01', 1_764_000_000_000_000],
    ['2025-11-24 16:00', 1_764_000_000_000_000],
    ['2025-11-24T16:00:00.123456789Z', 1_764_000_000_123_456],
    ['2025-11-24T16:00:00', 1_764_000_000_000_000],
  ])('reads %s', (text, micros) => {
    expect(parseDateTime(text)).toBe(micros);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01',
  ])('refuses %p', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
});
