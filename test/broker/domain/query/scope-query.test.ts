import { describe, expect, it } from '@jest/globals';
import { matchesScopes, parseScopeQuery } from '../../../../broker/domain/query/scope-query.ts';
import { refusalOf } from './support.ts';

describe('scopeQ (clause 4.19)', () => {
  it.each<readonly [text: string, scopes: readonly string[], expected: boolean]>([
    ['/Madrid', ['/Madrid'], true],
    ['/Madrid', ['/Madrid/Gardens'], false],
    ['/Madrid', [], false],
    ['Madrid/Gardens', ['/Madrid/Gardens'], true],
    ['/Madrid/+', ['/Madrid/Gardens'], true],
    ['/Madrid/+', ['/Madrid'], false],
    ['/Madrid/+', ['/Madrid/Gardens/North'], false],
    ['/+/Gardens', ['/Madrid/Gardens'], true],
    ['/Madrid/+/North', ['/Madrid/Gardens/North'], true],
    ['/Madrid/#', ['/Madrid'], true],
    ['/Madrid/#', ['/Madrid/Gardens/North'], true],
    ['/Madrid/G/#', ['/Madrid/Gardens'], false],
    ['/+/#', ['/Madrid/Gardens'], true],
    ['/#', ['/Madrid'], true],
    ['/#', [], false],
    ['/A,/B', ['/B'], true],
    ['/A|/B', ['/C'], false],
    ['(/A;/B)', ['/A'], false],
    ['(/A;/B)', ['/B', '/C', '/A'], true],
    ['(/A/#;/B),/C', ['/C'], true],
    // Beyond the grammar, with one meaning all the same: AND goes before OR (clause 4.9).
    ['/A;/B', ['/A'], false],
    ['/A;/B', ['/B', '/A'], true],
    ['/A;/B|/C', ['/C'], true],
    ['/A;/B|/C', ['/A'], false],
    ['/A|/B;/C', ['/A'], true],
    ['(/A,/B)', ['/B'], true],
    ['(/A|/B);/C', ['/A', '/B'], false],
    ['(/A|/B);/C', ['/B', '/C'], true],
    ['(/A|/B);(/C|/D)', ['/B', '/D'], true],
    ['/Ville/Forêt', ['/Ville/Forêt'], true],
  ])('%s of %j: %s', (text, scopes, expected) => {
    expect(matchesScopes(parseScopeQuery(text), scopes)).toBe(expected);
  });

  it.each([
    '',
    '/',
    '/A/',
    '//A',
    '/A//B',
    '/1',
    '/A b',
    '/#/A',
    '/A/#/B',
    '#A',
    '/A;',
    '(/A;/B',
    '((/A))',
    '()',
    '/A,',
    '/A+',
  ])('refuses "%s"', (text) => {
    const refusal = refusalOf(() => parseScopeQuery(text));
    expect([refusal.type, refusal.message]).toEqual([
      'BadRequestData',
      expect.stringMatching(/^scopeQ is not understood at character \d+/),
    ]);
  });
});
