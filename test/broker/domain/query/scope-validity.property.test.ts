import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesScopes, parseScopeQuery } from '../../../../broker/domain/query/scope-query.ts';
import { scopeValidity } from '../../../../broker/domain/query/scope-validity.ts';

const query = parseScopeQuery('/A');
const change = fc.record({
  at: fc.nat({ max: 30 }),
  scopes: fc.constantFrom([], ['/A'], ['/B'], ['/B', '/A']),
});

describe('when a scope query matches', () => {
  it('is told by the last scopes that were set by then', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const history = changes.toSorted((one, other) => one.at - other.at);
        const { isEver, covers } = scopeValidity(query, history);
        expect(isEver).toBe(history.some(({ scopes }) => matchesScopes(query, scopes)));
        for (let at = 0; at <= 31; at++) {
          const valid = history.findLast((one) => one.at <= at)?.scopes ?? [];
          expect(covers(at)).toBe(matchesScopes(query, valid));
        }
      }),
    );
  });
});
