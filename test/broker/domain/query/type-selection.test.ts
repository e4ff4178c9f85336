import { describe, expect, it } from '@jest/globals';
import {
  matchesTypes,
  parseTypeSelection,
  selectsEveryType,
} from '../../../../broker/domain/query/type-selection.ts';
import { iri, refusalOf, vocabulary } from './support.ts';

describe('type selection (clause 4.17)', () => {
  it.each<readonly [text: string, types: readonly string[], expected: boolean]>([
    ['A', ['A'], true],
    ['A', ['B', 'A'], true],
    ['A', ['B'], false],
    ['A,B', ['B'], true],
    ['A|B', ['B'], true],
    ['A|B', ['C'], false],
    ['(A;B)', ['A'], false],
    ['(A;B)', ['B', 'A'], true],
    ['(A;B)|C', ['C'], true],
    ['(A;B),(C;D)', ['C', 'D'], true],
    ['(A;B),(C;D)', ['A', 'D'], false],
    [' ( A ; B ) | C ', ['C'], true],
    ['https://example.org/A', ['A'], true],
    ['urn:x:T', ['urn:x:T'], true],
    ['*', ['A'], true],
    ['A,*', ['B'], true],
    // Beyond the grammar, with one meaning all the same: AND goes before OR (clause 4.9).
    ['(A|B)', ['B'], true],
    ['(A,B)', ['C'], false],
    ['A;B', ['A'], false],
    ['A;B', ['B', 'A'], true],
    ['A;B|C', ['C'], true],
    ['(A|B);C', ['A', 'B'], false],
    ['(A|B);C', ['B', 'C'], true],
    ['(A;B|C)', ['C'], true],
  ])('%s of %j: %s', (text, types, expected) => {
    const selection = parseTypeSelection(text, vocabulary);
    expect(matchesTypes(selection, types.map(iri))).toBe(expected);
    expect(selectsEveryType(selection)).toBe(text.includes('*'));
  });

  it.each([
    ['', /type is not understood at character 1, before the end: a type name or URI is expected/],
    [',A', /character 1, before ',A'/],
    ['A,', /before the end: a type name/],
    ['A;', /before the end: a type name/],
    ['(A;B', /'\)' is expected/],
    ['(A,B', /'\)' is expected/],
    ['((A;B);C)', /a type name or URI is expected/],
    ['A)', /join types with/],
    ['A*', /type "A\*" is not a name/],
    ['a b', /type "a b" is not a name/],
  ])('refuses "%s"', (text, detail) => {
    const refusal = refusalOf(() => parseTypeSelection(text, vocabulary));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });

  it('refuses parentheses with thousands of combinations: TooComplexQuery', () => {
    const text = Array.from({ length: 12 }, (_, at) => `(A${at}|B${at})`).join(';');
    expect(refusalOf(() => parseTypeSelection(text, vocabulary)).type).toBe('TooComplexQuery');
  });
});
