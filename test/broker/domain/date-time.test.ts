import { describe, expect, it } from '@jest/globals';
import {
  formatDateTime,
  parseDate,
  parseDateTime,
  parseTime,
  requireDateTime,
} from '../../../broker/domain/date-time.ts';
import { refusalOf } from './support.ts';

describe('DateTime (clause 4.6.3)', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1969-12-31T23:59:59.999999Z', -1],
    ['2026-01-31T12:00:00Z', 1_769_860_800_000_000],
    ['2026-01-31T12:00:00.25Z', 1_769_860_800_250_000],
    ['2026-01-31T12:00:00,25Z', 1_769_860_800_250_000],
    ['2026-01-31T12:00:00.000001Z', 1_769_860_800_000_001],
    ['2024-02-29T23:59:59Z', 1_709_251_199_000_000],
    ['2000-02-29T00:00:00Z', 951_782_400_000_000],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000_000],
  ])('%s', (text, micros) => {
    expect(parseDateTime(text)).toBe(micros);
  });

  it.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31t12:00:00Z',
    '2026-01-31T12:00:00z',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00+00:00',
    '2026-01-31T12:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567Z',
    '2026-01-31T12:00:00;5Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '26-01-31T12:00:00Z',
    '+2026-01-31T12:00:00Z',
    '2026-1-31T12:00:00Z',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z ',
    '',
  ])('"%s" is none', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it('rounds into no year that cannot be written', () => {
    for (const fraction of ['', '.99', '.99999', '.999999']) {
      const moment = parseDateTime(`9999-12-31T23:59:59${fraction}Z`) as number;
      expect(parseDateTime(formatDateTime(moment))).toBe(moment);
    }
  });

  it('agrees with the calendar of Date on every day of eight centuries, there and back', () => {
    for (let at = Date.UTC(1600, 0, 1); at < Date.UTC(2400, 0, 1); at += 86_400_000) {
      const text = new Date(at).toISOString().replace('.000', '');
      if (parseDateTime(text) !== at * 1000 || formatDateTime(at * 1000) !== text) throw new Error(text);
    }
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [1_769_860_800_250_000, '2026-01-31T12:00:00.25Z'],
    [1_769_860_800_000_010, '2026-01-31T12:00:00.00001Z'],
    [-62_167_219_200_000_000, '0000-01-01T00:00:00Z'],
  ])('%d is written without trailing zeros: %s', (micros, text) => {
    expect(formatDateTime(micros)).toBe(text);
  });

  it('is required with the name of the member, the rule and the remedy', () => {
    expect(requireDateTime('2026-01-31T12:00:00Z', 'expiresAt')).toBe(1_769_860_800_000_000);
    for (const value of [null, 5, {}, '2026-01-31']) {
      const refusal = refusalOf(() => requireDateTime(value, 'expiresAt'));
      expect([refusal.type, refusal.message]).toEqual([
        'BadRequestData',
        expect.stringMatching(/^expiresAt .*no offset/),
      ]);
    }
  });
});

describe('Date and Time (clause 4.6.3)', () => {
  it('are a day and a moment of any day', () => {
    expect(parseDate('2026-01-31')).toBe(1_769_817_600_000_000);
    expect(parseTime('12:00:00.5Z')).toBe(43_200_500_000);
  });

  it.each(['2026-02-30', '2026-1-31', '2026-01-31Z', '20260131', ''])('"%s" is no Date', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it.each(['12:00:00', '24:00:00Z', '12:00Z', '1:00:00Z', '12:00:00.1234567Z', ''])(
    '"%s" is no Time',
    (text) => {
      expect(parseTime(text)).toBeUndefined();
    },
  );
});
