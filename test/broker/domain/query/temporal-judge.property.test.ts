import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BEFORE_ALL } from '../../../../broker/domain/date-time.ts';
import type { Attribute, Entity } from '../../../../broker/domain/entity.ts';
import { matches } from '../../../../broker/domain/query/matches.ts';
import { parseAttributeQuery } from '../../../../broker/domain/query/parse-attribute-query.ts';
import { compileTemporalFilter } from '../../../../broker/domain/query/temporal-judge.ts';
import { vocabulary } from '../../../support/vocabulary.ts';

const head = { id: 'urn:e:1', types: ['urn:t'], scopes: [], createdAt: 5, modifiedAt: 9 };
const names = ['a', 'b', 'c'] as const;
const value = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('x', 'y'));
const instance = fc.record({
  name: fc.constantFrom(...names),
  value,
  sub: fc.option(value, { nil: undefined }),
});

const operand = fc.constantFrom('0', '2', '"x"', '1..3', '0,4', '"x","y"');
const term = fc.oneof(
  fc.constantFrom(
    ...names,
    'a.sub',
    '!a',
    '!b.sub',
    'createdAt>1970-01-01T00:00:00Z',
    'modifiedAt==1980-01-01T00:00:00Z',
  ),
  fc
    .tuple(fc.constantFrom(...names, 'b.sub'), fc.constantFrom('==', '!='), operand)
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('>', '<', '>=', '<='), fc.constantFrom('1', '3', '"x"'))
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('~=', '!~='), fc.constantFrom('x', '"[xy]"'))
    .map((parts) => parts.join('')),
);
const q = fc
  .array(fc.tuple(term, fc.constantFrom(';', '|')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().slice(0, -1).join(''));

const iri = (name: string): string => vocabulary.expand(name);
const toAttribute = ({
  value,
  sub,
}: {
  value: string | number;
  sub: string | number | undefined;
}): Attribute => ({
  ...{ kind: 'Property', value, createdAt: 1, modifiedAt: 1 },
  // Long past, which in a history nothing is.
  expiresAt: 2,
  ...(sub !== undefined && {
    subAttributes: { [iri('sub')]: [{ kind: 'Property', value: sub, createdAt: 1, modifiedAt: 1 }] },
  }),
});

describe('the judge of Temporal Evolutions (clause 5.7.4.4)', () => {
  it('finds of instances that come apart what the evaluator finds of all together', () => {
    fc.assert(
      fc.property(
        q,
        fc.array(instance, { maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        (text, instances, size) => {
          const parsed = parseAttributeQuery(text, vocabulary);
          const filter = compileTemporalFilter({ q: parsed });
          const judge = filter?.judge(head);
          const attributes: Record<string, Attribute[]> = {};
          for (const name of names) {
            const all = instances.filter((one) => one.name === name).map(toAttribute);
            if (all.length > 0) attributes[iri(name)] = all;
            const isAsked = filter?.attributes.includes(iri(name));
            for (let at = 0; at < all.length && isAsked; at += size)
              judge?.add(iri(name), all.slice(at, at + size));
          }
          const whole: Entity = { ...head, attributes };
          expect(judge?.matches()).toBe(matches({ q: parsed }, whole, { now: BEFORE_ALL }));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is settled only when nothing changes the verdict any more', () => {
    fc.assert(
      fc.property(q, fc.array(instance, { maxLength: 8 }), (text, instances) => {
        const filter = compileTemporalFilter({ q: parseAttributeQuery(text, vocabulary) });
        const judge = filter?.judge(head);
        let verdict: boolean | undefined;
        for (const one of instances) {
          judge?.add(iri(one.name), [toAttribute(one)]);
          if (verdict !== undefined) expect(judge?.matches()).toBe(verdict);
          if (judge?.isSettled()) verdict = judge.matches();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is not there without q and geoQ', () => {
    expect(compileTemporalFilter({})).toBeUndefined();
  });
});
