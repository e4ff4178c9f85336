import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { MAX_JSON_DEPTH, parseJson, stringifyJson } from '../../../broker/domain/json-text.ts';
import { isNumberText, NUMBER_TEXT_MARK, numericValue } from '../../../broker/domain/number-text.ts';
import { refusalOf } from './support.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON that keeps its numbers (clause 4.6.4)', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '123456789012345678901234567890',
    '0.1234567890123456789',
    '1e400',
    '-1e400',
    '1e-400',
    '3.141592653589793238',
  ])('%s comes back as it was written', (text) => {
    const value = parseJson(`{"a":[${text}, ${text}]}`) as { a: [Json, Json] };
    expect(value.a.every(isNumberText)).toBe(true);
    expect(numericValue(value.a[0])).toBe(Number(text));
    expect(stringifyJson(value)).toBe(`{"a":[${text},${text}]}`);
  });

  it.each([
    ['0', 0],
    ['-5', -5],
    ['21.5', 21.5],
    ['1E3', 1000],
    ['9007199254740992', 9_007_199_254_740_992],
    ['1e300', 1e300],
    ['0.30000000000000004', 0.30000000000000004],
    ['0.0', 0],
    ['0e5', 0],
    ['10000000000000000000000', 1e22],
  ])('%s is the double it denotes', (text, number) => {
    expect(parseJson(text)).toBe(number);
  });

  it('looks for numbers outside of strings alone', () => {
    const text = '{"9007199254740993":"9007199254740993","a\\\\":"\\"9007199254740993","b":9007199254740993}';
    const value = parseJson(text) as { readonly [name: string]: Json };
    expect(Object.values(value).filter(isNumberText)).toHaveLength(1);
    expect(stringifyJson(value)).toBe(text);
  });

  it('has of several members of one name the last, and members named as objects inherit', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(stringifyJson(parseJson('{"__proto__":{"a":1},"constructor":2}'))).toBe(
      '{"__proto__":{"a":1},"constructor":2}',
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it.each(['\\u0001#5', '\\u0001\\u0023x', 'a\\u0001#', '\\\\\\u0001#1e+-5'])(
    'refuses a string that could be taken for a number that is kept as its text: "%s"',
    (text) => {
      for (const body of [`"${text}"`, `{"${text}":1}`]) {
        expect(refusalOf(() => parseJson(body))).toMatchObject({
          type: 'BadRequestData',
          message: expect.stringMatching(/reserved/),
        });
      }
    },
  );

  it('takes what only looks like the mark', () => {
    expect(parseJson('"\\\\u0001#5"')).toBe('\\u0001#5');
    expect(parseJson('"\\u0001"')).toBe('\u0001');
    expect(stringifyJson('\\u0001#5')).toBe('"\\\\u0001#5"');
    expect(isNumberText(`${NUMBER_TEXT_MARK}5`)).toBe(true);
    expect(isNumberText('#5')).toBe(false);
  });
});

describe('bodies that are no JSON: InvalidRequest (clause 5.5.4)', () => {
  it.each([
    ['', /the body is empty/],
    ['  \n', /the body is empty/],
    ['{', /not valid JSON/],
    ['{"a":1,}', /not valid JSON/],
    ['{a:1}', /not valid JSON/],
    ["{'a':1}", /not valid JSON/],
    ['[1 2]', /not valid JSON/],
    ['01', /not valid JSON/],
    ['1.', /not valid JSON/],
    ['-', /not valid JSON/],
    ['NaN', /not valid JSON/],
    ['"\u0001"', /not valid JSON/],
    ['"open', /not valid JSON/],
    ['12345678901234567890123.', /not valid JSON/],
    ['{9007199254740993:1}', /not valid JSON/],
    ['{"a":9007199254740993 9}', /not valid JSON/],
    ['\ufeff{}', /not valid JSON/],
  ])('%j', (text, detail) => {
    const refusal = refusalOf(() => parseJson(text));
    expect([refusal.type, refusal.message]).toEqual(['InvalidRequest', expect.stringMatching(detail)]);
  });

  it('have no number for a name, however far away its colon is', () => {
    const text = `{"a":{1e999${' '.repeat(100)}:1}}`;
    expect(refusalOf(() => parseJson(text)).type).toBe('InvalidRequest');
  });

  it('nest as deep as is bearable and no deeper', () => {
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
    expect(refusalOf(() => parseJson(nested(MAX_JSON_DEPTH + 1))).message).toMatch(/deeper than 256 levels/);
    expect(refusalOf(() => parseJson('{"a":'.repeat(100_000))).type).toBe('InvalidRequest');
    expect(() => parseJson(`["${'['.repeat(1000)}"]`)).not.toThrow();
  });
});
