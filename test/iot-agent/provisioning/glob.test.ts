import { describe, expect, it } from '@jest/globals';
import { matchesGlob } from '../../../iot-agent/provisioning/glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['DL-PM', 'dl-pm', true],
    ['dl-*', 'DL-PM', true],
    ['*pm*', 'dl-pm', true],
    ['dl-?m', 'dl-pm', true],
    ['*', '', true],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    ['?', '', false],
    ['dl-', 'dl-pm', false],
    ['*pm', 'dl-pm1', false],
    ['a*b*c', 'axxbyybzc', true],
    ['a*b*c', 'axxc', false],
    ['d.-pm', 'dl-pm', false],
  ])('%j fits %j: %s', (pattern, text, isFit) => {
    expect(matchesGlob(pattern, text)).toBe(isFit);
  });

  it('does not take long for a pattern that almost fits', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(256))).toBe(false);
  });
});
