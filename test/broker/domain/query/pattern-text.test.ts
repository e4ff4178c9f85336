import { describe, expect, it } from '@jest/globals';
import { type FixedText, fixedText } from '../../../../broker/domain/query/pattern-text.ts';

const start = (text: string): FixedText => ({ text, isStart: true });
const within = (text: string): FixedText => ({ text, isStart: false });

describe('the fixed text of a pattern', () => {
  it.each<readonly [pattern: string, FixedText | undefined]>([
    ['abc', within('abc')],
    ['^abc', start('abc')],
    ['^abc$', start('abc')],
    ['abc$', within('abc')],
    ['.*abc.*', within('abc')],
    ['a.bcd.?e', within('bcd')],
    ['^.*abc', within('abc')],
    ['^a.*bcd', start('a')],
    ['^urn:ngsi-ld:Lamp:.+', start('urn:ngsi-ld:Lamp:')],
    ['a\\.b', within('a.b')],
    ['a\\$', within('a$')],
    ['a-b_c d/é', within('a-b_c d/é')],
    ['', undefined],
    ['^', undefined],
    ['.*', undefined],
    ['^$', undefined],
  ])('%s', (pattern, fixed) => {
    expect(fixedText({ pattern })).toEqual(fixed);
  });

  it.each([
    'a|b',
    'ab*',
    'ab+',
    'ab?',
    'ab{2}',
    'a.{2}b',
    '(ab)',
    '(?i)ab',
    '[ab]c',
    'a\\d',
    '\\Qa',
    'a^b',
    'a$b',
    'a\\.*',
    'a.**',
  ])('%s is not looked into', (pattern) => {
    expect(fixedText({ pattern })).toBeUndefined();
  });
});
