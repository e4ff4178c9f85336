import { describe, expect, it } from '@jest/globals';
import {
  boolean,
  bytes,
  integer,
  list,
  milliseconds,
  oneOf,
  optional,
  optionalText,
  port,
  text,
  url,
} from '../../runtime/setting-parsers.ts';

describe('setting parsers', () => {
  it.each([
    ['port', '0', port, 0],
    ['port', '65535', port, 65_535],
    ['integer', '-7', integer(), -7],
    ['milliseconds', '250', milliseconds, 250],
    ['milliseconds', '500ms', milliseconds, 500],
    ['milliseconds', '30s', milliseconds, 30_000],
    ['milliseconds', '7d', milliseconds, 604_800_000],
    ['bytes', '20MB', bytes, 20 * 1024 * 1024],
    ['bytes', '512 kb', bytes, 512 * 1024],
    ['bytes', '1000', bytes, 1000],
    ['bytes', '10B', bytes, 10],
    ['boolean', 'TRUE', boolean, true],
    ['boolean', 'off', boolean, false],
    ['text', 'x', text, 'x'],
    ['optionalText', '', optionalText, undefined],
    ['optional', '', optional(port), undefined],
    ['optional', '80', optional(port), 80],
    ['url', 'mqtts://h:8883', url('mqtt', 'mqtts'), 'mqtts://h:8883'],
    ['list', ' 1, 2,,3 ', list(integer()), [1, 2, 3]],
    ['list', '', list(text), []],
    ['oneOf', 'deny', oneOf('allow', 'deny'), 'deny'],
  ] as const)('%s reads "%s"', (_name, given, parse, expected) => {
    expect(parse(given)).toEqual(expected);
  });

  it.each([
    ['port', '65536', port, 'from 0 to 65535'],
    ['port', '-1', port, 'from 0 to 65535'],
    ['port', '1e3', port, 'a whole number'],
    ['port', '', port, 'a whole number'],
    ['integer', '4', integer({ min: 5 }), 'of at least 5'],
    ['integer', '99999999999999999999', integer(), 'a whole number'],
    ['milliseconds', 'soon', milliseconds, 'a duration'],
    ['milliseconds', '-5s', milliseconds, 'a duration'],
    ['bytes', '20 gallons', bytes, 'a size'],
    ['boolean', 'maybe', boolean, '1, true'],
    ['boolean', '', boolean, '1, true'],
    ['text', '', text, 'not empty'],
    ['url', 'ftp://h', url('http', 'https'), 'http: or https:'],
    ['url', 'h:1', url('http'), 'http:'],
    ['list', '1,x', list(port), 'a whole number'],
    ['oneOf', 'constructor', oneOf('allow', 'deny'), 'one of allow, deny'],
  ] as const)('%s refuses "%s" and says what it takes', (_name, given, parse, rule) => {
    expect(() => parse(given)).toThrow(rule);
  });
});
