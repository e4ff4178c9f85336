import { describe, expect, it } from '@jest/globals';
import { isTimeZone, utcOf } from '../../../iot-agent/mapping/local-time.ts';

const micros = (text: string): number => Date.parse(`${text}Z`) * 1000;

describe('a time without an offset', () => {
  it.each([
    ['2026-01-15T12:00:00', 'Europe/Brussels', '2026-01-15T11:00:00'],
    ['2026-07-15T12:00:00', 'Europe/Brussels', '2026-07-15T10:00:00'],
    ['2026-07-15T12:00:00', 'UTC', '2026-07-15T12:00:00'],
    ['2026-07-15T12:00:00', 'Asia/Kathmandu', '2026-07-15T06:15:00'],
    ['2026-01-01T00:30:00', 'Pacific/Auckland', '2025-12-31T11:30:00'],
    // The clocks go forward at 2, and back at 3: an hour that is not there, and one that comes twice.
    ['2026-03-29T01:59:00', 'Europe/Brussels', '2026-03-29T00:59:00'],
    ['2026-03-29T02:30:00', 'Europe/Brussels', '2026-03-29T01:30:00'],
    ['2026-03-29T03:00:00', 'Europe/Brussels', '2026-03-29T01:00:00'],
    ['2026-10-25T02:30:00', 'Europe/Brussels', '2026-10-25T00:30:00'],
    ['2026-10-25T03:00:00', 'Europe/Brussels', '2026-10-25T02:00:00'],
    ['2026-11-01T01:30:00', 'America/New_York', '2026-11-01T05:30:00'],
    ['2026-11-01T02:00:00', 'America/New_York', '2026-11-01T07:00:00'],
  ])('%s in %s is %s in UTC', (local, zone, utc) => {
    expect(utcOf(micros(local) + 5, zone)).toBe(micros(utc) + 5);
  });

  it('needs a zone that there is', () => {
    expect(isTimeZone('Europe/Brussels')).toBe(true);
    expect(isTimeZone('Europe/Mechelen')).toBe(false);
    expect(() => utcOf(0, 'Europe/Mechelen')).toThrow(RangeError);
  });
});
