import { describe, expect, it } from '@jest/globals';
import { cbor } from '../../../iot-agent/codecs/cbor.ts';
import { hex } from '../hex.ts';

const decode = (bytes: string) => cbor.decode({ bytes: hex(bytes) });

describe('CBOR', () => {
  it.each([
    ['a map with texts as keys', 'A2 6174 18 17 6168 F9 5220', { t: 23, h: 49 }],
    ['a map with whole numbers as keys', 'A2 01 18 17 20 F5', { '1': 23, '-1': true }],
    ['a byte string', 'A1 6162 43 0102FF', { b: '0102ff' }],
    ['a map and a list of indefinite length', 'BF 6161 9F 01 02 FF FF', { a: [1, 2] }],
    [
      'a date as text',
      'A1 6164 C0 74 323031332D30332D32315432303A30343A30305A',
      { d: '2013-03-21T20:04:00.000Z' },
    ],
    ['a date as seconds', 'A1 6164 C1 1A 514B67B0', { d: '2013-03-21T20:04:00.000Z' }],
    ['a large number', 'A1 616E 1B FFFFFFFFFFFFFFFF', { n: '18446744073709551615' }],
    [
      'a number of any size',
      'A2 616E C2 49 010000000000000000 616D C3 41 00',
      { n: '18446744073709551616', m: -1 },
    ],
    ['a decimal fraction', 'A1 6164 C4 82 21 19 6AB3', { d: 273.15 }],
    ['what has no value', 'A3 6161 F7 6162 F6 6163 F9 7E00', { b: null, c: null }],
    ['a tag that says that this is CBOR', 'D9D9F7 A1 6161 01', { a: 1 }],
    ['a dangerous name', 'A1 69 5F5F70726F746F5F5F 01', JSON.parse('{"__proto__":1}')],
  ])('reads %s', (_what, bytes, data) => {
    expect(decode(bytes)).toEqual({ kind: 'decoded', data, warnings: [] });
  });

  it('warns of bytes that follow', () => {
    const warnings = ['2 byte(s) after the CBOR item are left out'];
    expect(decode('A1 6161 01 0000')).toEqual({ kind: 'decoded', data: { a: 1 }, warnings });
  });

  it.each([
    ['nothing', '', /./],
    ['what is cut off', 'A2 6161 01', /./],
    ['a key twice', 'A2 6161 01 6161 02', /6161|duplicate|repeat/i],
    ['a key twice, as text and as number', 'A2 01 01 6131 02', 'a key twice'],
    ['a key that is a list', 'A1 80 01', 'neither a text nor a number'],
    ['a text in pieces', 'A1 6162 7F 6161 6162 FF', 'indefinite length bytes/strings'],
    ['an unknown tag', 'A1 6161 D8 64 01', /tag/i],
    ['a date that is none', 'A1 6164 C0 61 78', 'a date is no date'],
    ['a huge length', '9B FFFFFFFFFFFFFFFF', /./],
    ['deep nesting', `${'81'.repeat(40)}01`, 'deeper than 32 levels'],
    ['very deep nesting', `${'81'.repeat(60_000)}01`, 'nested too deeply'],
    ['too much', '00'.repeat(65_537), 'at most 65536'],
  ])('refuses %s', (_what, bytes, reason) => {
    const errors = [
      reason instanceof RegExp ? expect.stringMatching(reason) : expect.stringContaining(reason),
    ];
    expect(decode(bytes)).toEqual({ kind: 'failed', errors, warnings: [] });
  });
});
