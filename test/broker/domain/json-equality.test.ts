import { describe, expect, it } from '@jest/globals';
import { isEqualJson, isSameSet } from '../../../broker/domain/json-equality.ts';

describe('equality of JSON', () => {
  it.each([
    [1, 1, true],
    [1, '1', false],
    [null, null, true],
    [null, undefined, false],
    [{}, [], false],
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[1], [1, 1], false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ toString: 1 }, {}, false],
    [{ a: {} }, { a: null }, false],
  ])('%j and %j: %s', (one, other, expected) => {
    expect(isEqualJson(one, other)).toBe(expected);
    expect(isEqualJson(other, one)).toBe(expected);
  });

  it('of sets goes by their members', () => {
    expect(isSameSet(['a', 'b'], ['b', 'a'])).toBe(true);
    expect(isSameSet(['a'], ['a', 'b'])).toBe(false);
    expect(isSameSet(['a', 'c'], ['a', 'b'])).toBe(false);
    expect(isSameSet([], [])).toBe(true);
  });
});
