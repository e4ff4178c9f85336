import { describe, expect, it } from '@jest/globals';
import {
  parseMeasures,
  parseResults,
  parseSingle,
  parseSingleValue,
} from '../../../../iot-agent/transports/plain/iot-agent-json.ts';

const origin = { apikey: 'k1', deviceId: 'd1', observedAt: 1000 };
const at = (time: string): number => Date.parse(time) * 1000;

describe('parseMeasures', () => {
  it('reads one measure, as the device sent it', () => {
    const values = { t: 23, h: '45', l: { a: [2, null] } };
    expect(parseMeasures(values, origin)).toEqual([{ kind: 'plain', ...origin, values }]);
  });

  it('puts several in the order of their times, with the time of arrival for those without', () => {
    const body = [
      { vol: 0, TimeInstant: '2024-04-10T10:15:00Z' },
      { vol: 1, TimeInstant: '2024-04-10T12:10:00+02:00' },
      { vol: 2 },
    ];
    expect(parseMeasures(body, origin)).toMatchObject([
      { values: { vol: 2 }, observedAt: 1000 },
      { values: { vol: 1 }, observedAt: at('2024-04-10T10:10:00Z') },
      { values: { vol: 0 }, observedAt: at('2024-04-10T10:15:00Z') },
    ]);
  });

  it.each([
    ['2026-11-24T08:00:00', '2026-11-24T08:00:00Z'],
    ['20260112T080000Z', undefined],
    ['2026-11-24', '2026-11-24T00:00:00Z'],
  ])('reads the TimeInstant %s', (TimeInstant, expected) => {
    const read = () => parseMeasures({ t: 1, TimeInstant }, origin)[0]?.observedAt;
    if (expected === undefined) expect(read).toThrow(/TimeInstant/);
    else expect(read()).toBe(at(expected));
  });

  it('has nothing to say about a measure without values', () => {
    expect(parseMeasures([{}, { TimeInstant: '2026-11-24T08:00:00Z' }], origin)).toEqual([]);
  });

  it.each([
    ['a number', 7, /measure 1 must be a JSON object/],
    ['a list of lists', [{ t: 1 }, []], /measure 2 must be a JSON object/],
    [
      'a TimeInstant that is no time',
      { TimeInstant: 'noon' },
      /TimeInstant is "noon": it must be an ISO 8601 time/,
    ],
    ['a TimeInstant that is a number', { TimeInstant: 1700000000 }, /TimeInstant is 1700000000/],
    [
      'a TimeInstant that is nested without end',
      { TimeInstant: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) },
      /TimeInstant is an array: it must be/,
    ],
    ['too many measures', Array.from({ length: 10_001 }, () => ({ t: 1 })), /10000 measures/],
    ['too deep a value', { t: JSON.parse('['.repeat(40) + ']'.repeat(40)) }, /nested too deeply/],
  ])('refuses %s', (_, body, reason) => {
    expect(() => parseMeasures(body, origin)).toThrow(reason);
  });
});

describe('parseSingleValue', () => {
  it.each([
    ['70', 70],
    ['"open"', 'open'],
    ['{"a":1}', { a: 1 }],
    ['open', '6f70656e'],
    ['', ''],
  ])('reads %s', (text, value) => {
    expect(parseSingleValue(Buffer.from(text))).toEqual(value);
  });

  it('gives bytes as hexadecimal digits', () => {
    expect(parseSingleValue(Uint8Array.from([0, 255, 16]))).toBe('00ff10');
  });
});

describe('parseSingle', () => {
  it('reads one value, also one that is a list', () => {
    expect(parseSingle('h', [44, 33], origin)).toEqual([
      { kind: 'plain', ...origin, values: { h: [44, 33] } },
    ]);
  });

  it('reads a series in the order of its times', () => {
    const series = [
      { timestamp: '2025-01-27T09:00:00Z', value: 33 },
      { timestamp: '2025-01-26T12:00:00Z', value: 44 },
    ];
    expect(parseSingle('h', series, origin)).toEqual([
      { kind: 'plain', ...origin, observedAt: at('2025-01-26T12:00:00Z'), values: { h: 44 } },
      { kind: 'plain', ...origin, observedAt: at('2025-01-27T09:00:00Z'), values: { h: 33 } },
    ]);
  });

  it('refuses a series with a time that is none', () => {
    expect(() => parseSingle('h', [{ timestamp: 'noon', value: 1 }], origin)).toThrow(/timestamp is "noon"/);
  });
});

describe('parseResults', () => {
  it('reads the results of several commands', () => {
    const results = { ping: '1234567890', turn: { ok: true } };
    expect(parseResults(results, origin)).toEqual({
      ...{ kind: 'command-results', apikey: 'k1', deviceId: 'd1' },
      ...{ results, receivedAt: 1000 },
    });
  });

  it.each([[[]], ['ok'], [{}], [null]])('refuses %j', (body) => {
    expect(() => parseResults(body, origin)).toThrow(/results of commands must be a JSON object/);
  });
});
