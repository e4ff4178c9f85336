import { describe, expect, it } from '@jest/globals';
import { castText } from '../../../../iot-agent/transports/plain/cast-text.ts';
import {
  parseUltraLight,
  parseUltraLightMessage,
  parseUltraLightResults,
  ultraLightCommand,
} from '../../../../iot-agent/transports/plain/ultralight.ts';

const origin = { apikey: 'k1', deviceId: 'd1', observedAt: 1000 };
const at = (time: string): number => Date.parse(time) * 1000;
const valuesOf = (text: string) => parseUltraLight(text, origin).map(({ values }) => values);

describe('parseUltraLight', () => {
  it.each([
    ['t|15|k|abc', [{ t: 15, k: 'abc' }]],
    ['t|15#h|40', [{ t: 15 }, { h: 40 }]],
    ['gps|1.2/3.4#t|10', [{ gps: '1.2/3.4' }, { t: 10 }]],
    ['t|', [{ t: '' }]],
    [' t|15#\n', [{ t: 15 }]],
    ['on|true|off|false|n|null', [{ on: true, off: false, n: null }]],
  ])('reads %s', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it('takes the time of a group from its start, and orders groups by it', () => {
    const text = '2016-06-13T00:35:30Z|lle|100#2016-06-13T00:35:00|lle|90';
    expect(parseUltraLight(text, origin)).toEqual([
      {
        kind: 'plain',
        ...origin,
        observedAt: at('2016-06-13T00:35:00Z'),
        values: { lle: 90 },
        isLocal: true,
      },
      { kind: 'plain', ...origin, observedAt: at('2016-06-13T00:35:30Z'), values: { lle: 100 } },
    ]);
  });

  it('takes a name called __proto__ for what it is', () => {
    expect(JSON.stringify(valuesOf('__proto__|1'))).toBe('[{"__proto__":1}]');
  });

  it.each([
    ['', /empty/],
    ['##', /empty/],
    ['t', /"t" is no time/],
    ['noon|t|15', /"noon" is no time/],
    ['|15', /value without a name/],
    ['2016-06-13T00:35:30Z', /no name and value/],
    ['#t|1'.repeat(10_001), /10000 measures/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseUltraLight(text, origin)).toThrow(reason);
  });
});

describe('results in UltraLight', () => {
  const result = { kind: 'command-results', apikey: 'k1', deviceId: 'd1', receivedAt: 1000 };

  it('are one for each group, whatever the device calls itself', () => {
    expect(parseUltraLightResults('Robot1@turn|ok#Robot1@move|20|cm', origin)).toEqual([
      { ...result, results: { turn: 'ok' } },
      { ...result, results: { move: '20|cm' } },
    ]);
  });

  it('come by HTTP among measures', () => {
    expect(parseUltraLightMessage('t|15#Robot1@turn|ok', origin)).toEqual([
      { kind: 'plain', ...origin, values: { t: 15 } },
      { ...result, results: { turn: 'ok' } },
    ]);
  });

  it.each(['turn|ok', 'Robot1@', '@'])('are refused without a command: %s', (text) => {
    expect(() => parseUltraLightResults(text, origin)).toThrow(/no result of a command/);
  });
});

describe('ultraLightCommand', () => {
  it.each([
    ['left', 'Robot1@turn|left'],
    [20, 'Robot1@turn|20'],
    [{ param1: 1, param2: '2' }, 'Robot1@turn|param1=1|param2=2'],
  ])('writes %j', (value, text) => {
    expect(ultraLightCommand('Robot1', 'turn', value)).toBe(text);
  });
});

describe('castText', () => {
  it.each([
    ['15', 15],
    ['-1.50', -1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['0', 0],
    ['0.5', 0.5],
    ['007', '007'],
    ['1e999', '1e999'],
    ['12345678901234567890', '12345678901234567890'],
    ['0x10', '0x10'],
    ['Infinity', 'Infinity'],
    ['True', 'True'],
    ['1,5', '1,5'],
    ['', ''],
  ])('reads %s as %j', (text, value) => {
    expect(castText(text)).toBe(value);
  });

  it('reads a decimal comma where that is agreed', () => {
    expect(['21,5', '1.5', '1,000,000'].map((text) => castText(text, { decimalComma: true }))).toEqual([
      21.5,
      1.5,
      '1,000,000',
    ]);
  });
});
